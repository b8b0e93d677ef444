import { getOrganization, getProject, getStack, runtime } from "@pulumi/pulumi";

type Outputs = Readonly<Record<string, object>>;

/** What each engine has answered: it reads the whole state, and derives its key anew, for every question. */
const answers = new WeakMap<object, Promise<Outputs>>();

/** What this stack's resources were after its last update: outputs by URN. Empty before the first update. */
export function previousOutputs(): Promise<Outputs> {
  const engine = runtime.getMonitor() as object;
  const answer = answers.get(engine) ?? ask();
  answers.set(engine, answer);
  return answer;
}

async function ask(): Promise<Outputs> {
  const stackName = [getOrganization(), getProject(), getStack()].join("/");
  const { outputs } = await runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName });
  const resources = Object.entries((outputs ?? {}) as Record<string, { outputs?: object }>);
  return Object.fromEntries(resources.map(([urn, resource]) => [urn, resource.outputs ?? {}]));
}

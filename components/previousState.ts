import { getOrganization, getProject, getStack, runtime } from "@pulumi/pulumi";

/** What this stack's resources were after its last update: outputs by URN. Empty before the first update. */
export async function previousOutputs(): Promise<Readonly<Record<string, object>>> {
  const stackName = [getOrganization(), getProject(), getStack()].join("/");
  const { outputs } = await runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName });
  const resources = Object.entries((outputs ?? {}) as Record<string, { outputs?: object }>);
  return Object.fromEntries(resources.map(([urn, resource]) => [urn, resource.outputs ?? {}]));
}

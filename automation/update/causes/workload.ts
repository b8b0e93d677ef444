import { titleOf } from "../../../packages/kro/index.ts";
import {
  isAlive,
  type LiveObject,
  type Pod,
  type PodProblem,
  podProblems,
  podsOf,
  rolloutOf,
} from "../../../packages/live/index.ts";
import { withoutCredentials } from "../../heal/index.ts";
import { credentialUsersOf } from "../live/progress.ts";
import { type Cause, type CauseName, type Evidence, inline } from "./cause.ts";

/** Why a Deployment's pods are not there, not Ready, or without what they need. */
export function workloadCause({ followed, objects, warnings }: Evidence): Cause | undefined {
  const deployments = objects.filter(({ kind }) => kind === "Deployment");
  const users = followed.flatMap((instance) => credentialUsersOf(instance, objects));
  for (const deployment of deployments.filter((object) => !rolloutOf(object).isDone)) {
    const failing = refusedPods(deployment) ?? failingPod(deployment, { objects, warnings });
    // Without credentials, the service ends or never comes ready; what else keeps a pod is there with them, too.
    const follows = failing === undefined || failing.name === "crash" || failing.name === "not-ready";
    const cause = (follows && users.includes(deployment) && credentialsCause(deployment, objects)) || failing;
    if (cause) return cause;
  }
  for (const deployment of users) {
    const cause = credentialsCause(deployment, objects);
    if (cause) return cause;
  }
  return undefined;
}

/** Pods that have no credentials, and never will have. */
function credentialsCause(deployment: LiveObject, objects: readonly LiveObject[]): Cause | undefined {
  const [pod, ...others] = withoutCredentials(podsOf(deployment, objects).filter(isAlive), deployment);
  if (!pod) return undefined;
  const { namespace } = pod.metadata;
  const who = `${titleOf(pod)}${others.length > 0 ? ` and ${others.length} more have` : " has"} no AWS credentials`;
  const account = `${namespace}/${pod.spec.serviceAccountName ?? "default"}`;
  const why = `admitted before the Pod Identity association of ${account} counted. Only new pods get them: \`carts verify --heal\` makes them, or \`kubectl rollout restart deployment/${deployment.metadata.name} -n ${namespace}\`.`;
  return { name: "no-credentials", object: titleOf(deployment), message: `${who}: ${why}` };
}

function refusedPods(deployment: LiveObject): Cause | undefined {
  const { refused } = rolloutOf(deployment);
  if (refused === undefined) return undefined;
  const title = titleOf(deployment);
  const said = inline(refused);
  const [name, advice]: readonly [CauseName, string] = /exceeded quota/.test(said)
    ? ["quota", "Raise the quota of the namespace, or ask for less with `resources` or `replicas`."]
    : /service ?account/i.test(said)
      ? ["service-account-missing", "The Deployment needs its service account first."]
      : ["pods-refused", "An admission rule of the cluster refuses the pods."];
  return { name, object: title, message: `The API server refuses the pods of ${title}: ${said}. ${advice}` };
}

function failingPod(deployment: LiveObject, { objects, warnings }: Omit<Evidence, "followed">): Cause | undefined {
  const [problem] = podProblems(podsOf(deployment, objects));
  if (!problem) return undefined;
  const { pod } = problem;
  const title = titleOf(pod);
  const warning = warnings.findLast(
    ({ involvedObject: { name, kind }, reason }) =>
      kind === "Pod" && name === pod.metadata.name && reason !== "BackOff",
  );
  const event =
    warning?.message && warning.message !== problem.message
      ? ` Its last warning, ${warning.reason}: ${inline(warning.message)}.`
      : "";
  const [name, what, advice] = describe(problem);
  const message = `${title} ${what}: ${problem.reason}: ${inline(problem.message)}.${event}${advice && ` ${advice}`}`;
  return { name, object: titleOf(deployment), message };
}

type Description = readonly [name: CauseName, what: string, advice: string];

const IMAGE = ({ pod }: PodProblem): Description => [
  "image-pull",
  `can't get its image ${pod.spec.containers.map(({ image }) => image).join(", ")}`,
  "Check `image` and `imageVersion`, and that the nodes may pull from that registry.",
];
const CRASH: Description = ["crash", "ends again and again", "`kubectl logs --previous` shows why."];
const CONFIG = ({ pod, message }: PodProblem): Description => [
  "container-config",
  "can't start its container",
  secretAdvice(pod, message),
];
const ADVICE: Readonly<Record<string, (problem: PodProblem) => Description>> = {
  ImagePullBackOff: IMAGE,
  ErrImagePull: IMAGE,
  InvalidImageName: IMAGE,
  ErrImageNeverPull: IMAGE,
  CrashLoopBackOff: () => CRASH,
  OOMKilled: () => [
    "out-of-memory",
    "was ended for using more memory than its limit",
    "Raise `resources.limits.memory`.",
  ],
  Error: () => CRASH,
  CreateContainerConfigError: CONFIG,
  CreateContainerError: CONFIG,
  RunContainerError: CONFIG,
  Unschedulable: () => ["unschedulable", "fits on no node", "Lower `resources.requests`, or add a node that has room."],
};

const describe = (problem: PodProblem): Description => {
  if (/OOMKilled/.test(problem.message)) return ADVICE.OOMKilled!(problem);
  return ADVICE[problem.reason]?.(problem) ?? ["not-ready", "is not Ready", ""];
};

/** How to make what a kubelet misses, by its words: a Secret, or a key of one. */
function secretAdvice({ metadata: { namespace }, spec }: Pod, message: string): string {
  const [, whole] = /^secret "([^"]+)" not found/.exec(message) ?? [];
  const [, key, other] = /^couldn't find key (\S+) in Secret [^/]+\/([^\s:]+)/.exec(message) ?? [];
  const then = "the pod starts by itself then.";
  if (key)
    return `Add the key to the Secret ${other} of the namespace ${namespace}, or name another in \`environmentFrom\`: ${then}`;
  if (!whole) return "";
  const references = spec.containers.flatMap(({ env = [] }) => env.map(({ valueFrom }) => valueFrom?.secretKeyRef));
  const keys = new Set(references.flatMap((found) => (found?.name === whole ? [found.key] : [])));
  const values = [...keys].map((one) => ` --from-literal=${one}=...`).join("");
  return `\`kubectl create secret generic ${whole} -n ${namespace}${values}\` makes it: ${then}`;
}

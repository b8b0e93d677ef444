import type { output } from "@pulumi/kubernetes/types/index.js";
import { cel, celMap, celPart, type Present } from "./references.ts";

/**
 * What EKS adds to a container of a pod whose service account has an association, when the pod is admitted: by these the
 * AWS SDK finds the role's credentials.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
 */
const VARIABLES = ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];

/**
 * The annotation that holds what {@link countWithoutCredentials} counts, as text. A node's readyWhen sees that node alone, and
 * that of the pods can have none: so a node of ours carries the number, and waits for it to be 0.
 */
export const WITHOUT_CREDENTIALS = "carts-stack/pods-without-credentials";

/**
 * How many of some pods were admitted before their association counted. Those of no Deployment, those that have ended and
 * those that are being deleted don't count; old ones in a rollout do, until they go. It stays 0 where nothing is wrong, so
 * that nothing is written then.
 *
 * @param container - the name of the one that needs credentials: what others add to a pod may do without.
 */
export const countWithoutCredentials = (pods: Present<output.core.v1.Pod[]>, container: string): string =>
  cel`string(${pods}.filter(p, ${lacksCredentials(container)}).size())`;

/** Whether `p` is such a pod. */
const lacksCredentials = (container: string) =>
  celPart`p.metadata.?ownerReferences.orValue([]).exists(o, o.kind == "ReplicaSet") && !p.metadata.?deletionTimestamp.hasValue() && !(p.?status.?phase.orValue("") in ["Succeeded", "Failed"]) && p.spec.containers.exists(c, c.name == ${container} && !${VARIABLES}.all(v, c.?env.orValue([]).exists(e, e.name == v)))`;

/** The annotation of pods that says how often the graph has had them made anew; it isn't there where it has not. */
const ATTEMPT = "carts-stack/attempt";
const MOST_ATTEMPTS = 5;

/**
 * How often pods of a Deployment were made anew, and once more where the newest have come too early for their association: as an
 * annotation of its pods it has the Deployment do so. Who has nothing but kubectl gets pods that work by it.
 *
 * A pod counts when it has crashed or is ready, so that time has passed; and there is an end to it, because an association that
 * never counts is not helped by more pods. The pods themselves carry the number, so that it stays when they are well.
 *
 * @param isAsked - an expression; else the annotations are as they are.
 */
export const withAttempt = (
  annotations: Readonly<Record<string, string>>,
  isAsked: string,
  pods: Present<output.core.v1.Pod[]>,
  container: string,
): string => {
  const attempt = cel`int(p.metadata.?annotations[?${ATTEMPT}].orValue("0"))`;
  const isAgain = cel`newest < ${MOST_ATTEMPTS} && ${pods}.exists(p, ${attempt} == newest && ${lacksCredentials(container)} && p.?status.?containerStatuses.orValue([]).exists(s, s.name == ${container} && (s.ready || s.restartCount > 0)))`;
  const next = cel`cel.bind(newest, (${pods}.map(p, ${attempt}) + [0]).max(), newest + (${isAgain} ? 1 : 0))`;
  return cel`cel.bind(next, ${isAsked} ? ${next} : 0, ${celMap(annotations)}.merge(next > 0 ? {${ATTEMPT}: string(next)} : {}))`;
};

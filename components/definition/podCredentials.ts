import type { output } from "@pulumi/kubernetes/types/index.js";
import { cel, type Present } from "./references.ts";

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
  cel`string(${pods}.filter(p, p.metadata.?ownerReferences.orValue([]).exists(o, o.kind == "ReplicaSet") && !p.metadata.?deletionTimestamp.hasValue() && !(p.?status.?phase.orValue("") in ["Succeeded", "Failed"]) && p.spec.containers.exists(c, c.name == ${container} && !${VARIABLES}.all(v, c.?env.orValue([]).exists(e, e.name == v)))).size())`;

import { setTimeout as sleep } from "node:timers/promises";
import { kroDeployments } from "../../packages/kro-preview/index.ts";
import { type ClusterClient, type LiveObject, rolloutOf } from "../../packages/live/index.ts";
import { MANAGER } from "../hold/index.ts";
import type { Cause } from "../update/index.ts";
import { instancesOf } from "./instances.ts";
import { idOf, keyOf, type Place } from "./place.ts";

/**
 * kro's label of an instance that tells its version, and on which nothing depends. Whenever kro comes to an instance, it puts
 * back what is missing of its labels, before it does anything else.
 */
const VERSION = "kro.run/kro-version";

/** Milliseconds until kro has come to an instance, once something has changed on it, and then until it has written its status. */
const ANSWER = 10_000;
/** How often it is looked in that time. */
const LOOKS = 20;

/**
 * A cause of kro's that does nothing: where it is, since only its pods or its log tell why. Or another cause, where it does
 * come to the instance, and only can't write its status: that is the definition's fault.
 *
 * @param id - `namespace/name` of the instance.
 */
export async function explainAbsent(cause: Cause, place: Place, id: string, answer = ANSWER): Promise<Cause> {
  if (cause.name !== "kro-absent") return cause;
  const where = await whereKroIs(place.cluster);
  // Where that can't be asked, nothing is known but that kro does nothing.
  if (!(await isMute(place, id, answer).catch(() => false))) return withText(cause, where);
  const title = `${place.gvk.kind} ${id}`;
  const message =
    `kro comes to ${title}, but can't write its status: an expression of the RGD's \`spec.schema.status\` fails for it, or ` +
    "gives what the API of the RGD does not take. kro's log alone says which.";
  return withText({ name: "expression-failed", object: title, message }, where);
}

const withText = (cause: Cause, text: string | undefined): Cause =>
  text === undefined ? cause : { ...cause, message: `${cause.message} ${text}` };

/** Whether kro comes to an instance, and its status stays what it is. */
async function isMute(place: Place, id: string, answer: number): Promise<boolean> {
  const { cluster } = place;
  const instance = (await instancesOf(place)).all.find((one) => idOf(one) === id);
  if (instance?.metadata.labels?.[VERSION] === undefined) return false;
  const key = keyOf(instance);
  await cluster.patch(key, { metadata: { labels: { [VERSION]: null } } }, MANAGER);
  const within = async (is: (now: LiveObject | undefined) => boolean): Promise<boolean> => {
    for (const end = Date.now() + answer; ; await sleep(answer / LOOKS)) {
      if (is(await cluster.get(key))) return true;
      if (Date.now() > end) return false;
    }
  };
  const before = JSON.stringify(instance.status);
  const hasCome = await within((now) => now?.metadata.labels?.[VERSION] !== undefined);
  return hasCome && !(await within((now) => JSON.stringify(now?.status) !== before));
}

/** Where kro is, and what tells why it does nothing. */
async function whereKroIs(cluster: ClusterClient): Promise<string | undefined> {
  const found = await kroDeployments(cluster).catch(() => []);
  const [deployment] = found.toSorted((a, b) => rolloutOf(b).wanted - rolloutOf(a).wanted);
  if (!deployment) return undefined;
  const { name, namespace } = deployment.metadata;
  const { wanted, available } = rolloutOf(deployment);
  const at = `Deployment ${namespace}/${name}: ${available} of ${wanted} available`;
  const remedy =
    wanted === 0
      ? `\`kubectl scale deployment/${name} -n ${namespace} --replicas 1\` starts it`
      : available === 0
        ? `\`kubectl describe pods -n ${namespace}\` says why`
        : `it runs, and \`kubectl logs -n ${namespace} deployment/${name}\` says what keeps it`;
  return `kro is the ${at}: ${remedy}.`;
}

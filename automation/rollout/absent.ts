import { setTimeout as sleep } from "node:timers/promises";
import { kroDeployments } from "../../packages/kro-preview/index.ts";
import { type ClusterClient, type LiveObject, lastWrite, rolloutOf } from "../../packages/live/index.ts";
import { VERSION } from "../hold/index.ts";
import type { Cause } from "../update/index.ts";
import { instancesOf } from "./instances.ts";
import { idOf, type Place } from "./place.ts";

/** As whom kro writes its labels of an instance. */
const LABELLER = "kro.run/labeller";

/** Milliseconds from when kro has come to an instance until it must have written its status. */
const PATIENCE = 60_000;

/** A kro that has had its time to come to an instance. */
export interface Ripe {
  /** `namespace/name` of the instance. */
  readonly id: string;
  readonly signal: AbortSignal;
  /** Milliseconds. Default: a minute. */
  readonly patience?: number;
}

/**
 * A cause of kro's that does nothing: where it is, since only its pods or its log tell why. Or another cause, where it does
 * come to the instance, and only can't write its status: that is the definition's fault.
 *
 * @param ripe - default: it may still come.
 */
export async function explainAbsent(cause: Cause, place: Place, ripe?: Ripe): Promise<Cause> {
  if (cause.name !== "kro-absent") return cause;
  // Where that can't be asked, nothing is known but that kro does nothing.
  const isMuteThere = ripe !== undefined && (await isMute(place, ripe).catch(() => false));
  const found = isMuteThere ? muteCause(`${place.gvk.kind} ${ripe.id}`) : cause;
  const where = await whereKroIs(place.cluster);
  return where === undefined ? found : { ...found, message: `${found.message} ${where}` };
}

const muteCause = (title: string): Cause => ({
  name: "expression-failed",
  object: title,
  message:
    `kro comes to ${title}, but can't write its status: an expression of the RGD's \`spec.schema.status\` fails for it, or ` +
    "gives what the API of the RGD does not take. kro's log alone says which.",
});

/** Whether kro has come to an instance, and its status stays what it was. */
async function isMute(place: Place, { id, signal, patience = PATIENCE }: Ripe): Promise<boolean> {
  const cameAt = async () => {
    const instance = (await instancesOf(place)).due.find((one) => idOf(one) === id);
    return instance && cameWithoutStatus(instance);
  };
  const came = await cameAt();
  if (came === undefined) return false;
  const left = came + patience - Date.now();
  if (left <= 0) return true;
  await sleep(Math.min(left, patience), undefined, { signal });
  return (await cameAt()) !== undefined;
}

/** When kro has come to an instance that was let go, if it has not written its status since. Milliseconds since the epoch. */
function cameWithoutStatus(instance: LiveObject): number | undefined {
  if (instance.metadata.labels?.[VERSION] === undefined) return undefined;
  const came = lastWrite(instance, ({ manager }) => manager === LABELLER);
  const said = lastWrite(instance, ({ subresource }) => subresource === "status") ?? 0;
  return came !== undefined && came > said ? came : undefined;
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

import { titleOf } from "../../../packages/kro/index.ts";
import { ackHealth, conditionsOf, isOfAck, kubectlName, type LiveObject } from "../../../packages/live/index.ts";
import { type FollowedInstance, objectOf } from "../live/progress.ts";
import { ackRefusal, endOf } from "./ack.ts";
import { type Cause, type Evidence, FINAL, inline, type LastingCause } from "./cause.ts";
import { letGo } from "./letGo.ts";
import { terminatingCause } from "./namespace.ts";

/** Why an instance, or an RGD, that is being deleted is not gone yet; undefined where none is. */
export function deletionCause({ followed, objects }: Evidence): LastingCause | undefined {
  for (const instance of followed) {
    const object = objectOf(instance, objects);
    if (object && isGoing(object)) return childCause(instance, objects) ?? ofInstance(object);
  }
  const definition = objects.find((object) => object.kind === "ResourceGraphDefinition" && isGoing(object));
  return definition && (strangers(definition) ?? ofDefinition(definition));
}

const isGoing = ({ metadata }: LiveObject): boolean => metadata.deletionTimestamp !== undefined;

/** kro deletes wave by wave, the last first: what it waits for is being deleted already. */
function childCause({ children }: FollowedInstance, objects: readonly LiveObject[]): LastingCause | undefined {
  for (const child of children.toSorted((a, b) => b.wave - a.wave)) {
    const object = objectOf(child, objects);
    if (!object || !isGoing(object)) continue;
    const cause = ofAck(object) ?? (object.kind === "Namespace" ? terminatingCause(object) : undefined);
    const found = cause ?? strangers(object);
    if (found) return found;
  }
  return undefined;
}

const OF_KRO = "kro.run/";
const OF_ACK = /^finalizers\.[\w-]+\.services\.k8s\.aws\//;
/** Those that Kubernetes takes off by itself, and those that have causes of their own. */
const KNOWN = /^(foregroundDeletion|orphan)$|^kro\.run\/|^finalizers\.[\w-]+\.services\.k8s\.aws\//;

/** A finalizer of somebody else's. */
function strangers(object: LiveObject): Cause | undefined {
  const finalizer = object.metadata.finalizers?.find((one) => !KNOWN.test(one));
  if (finalizer === undefined) return undefined;
  const title = titleOf(object);
  const message =
    `${title} is being deleted, and is held by the finalizer ${inline(finalizer)}, which whoever put it there takes off. ` +
    `If that is gone for good, ${letGo(object, finalizer)} lets go of it. Run this again then.`;
  return { name: "held-by-finalizer", object: title, message };
}

function ofAck(object: LiveObject): LastingCause | undefined {
  const finalizer = object.metadata.finalizers?.find((one) => OF_ACK.test(one));
  if (!isOfAck(object) || finalizer === undefined) return undefined;
  const title = titleOf(object);
  const { failure, isCurrent } = ackHealth(object);
  const said = failure?.message;
  if (said === undefined) {
    const message =
      `${title} is being deleted, and ACK, whose finalizer it has, does not take that off: its controller is not running, or does not come to it. ` +
      `Run this again when it does. Where there is no ACK any more, ${letGo(object, finalizer)} lets go of it, and ${inAws(object)} stays in AWS.`;
    return { name: "ack-absent", object: title, message };
  }
  if (/'DELETING' state/.test(said)) return { name: "deleting", object: title, message: `${title}: ${inline(said)}.` };
  if (/deletion protection/i.test(said)) {
    const found = protectedTable(object, inline(said));
    return isCurrent ? { ...found, patience: FINAL } : found;
  }
  const again = "Run this again then: it has ACK try once more at once.";
  const { name, message } = ackRefusal(object, inline(said), "delete");
  const found = { name, object: title, message: `${message} ${again}` };
  return endOf(object) ? { ...found, patience: FINAL } : found;
}

/** DynamoDB's own refusal. ACK tries no more then, until the spec changes. */
function protectedTable(object: LiveObject, said: string): Cause {
  const title = titleOf(object);
  const table = object.spec?.tableName;
  const message =
    `AWS does not delete ${inAws(object)} of ${title}, which is protected against deletion: ${said}. ` +
    `To delete it with its items, \`aws dynamodb update-table --table-name ${table} --no-deletion-protection-enabled\`; ` +
    `to keep it, \`kubectl annotate ${kubectlName(object)} services.k8s.aws/deletion-policy=retain --overwrite\`. ` +
    "ACK does not try again by itself: run this again then, which has it do so.";
  return { name: "deletion-protected", object: title, message };
}

/** What an object of ACK's stands for. */
const inAws = ({ kind, metadata, spec }: LiveObject): string =>
  typeof spec?.tableName === "string" ? `the DynamoDB table ${spec.tableName}` : `the ${kind} of ${metadata.name}`;

/** kro has nothing more to wait for, or has not begun. */
function ofInstance(object: LiveObject): Cause {
  const title = titleOf(object);
  const found = strangers(object);
  if (found) return found;
  const blocked = conditionsOf(object).find(({ message }) => message && /deletion blocked/.test(message));
  if (blocked) {
    const name = /forbidden/i.test(blocked.message!) ? "kro-forbidden" : "deleting";
    return { name, object: title, message: `kro can't delete ${title}: ${inline(blocked.message!)}.` };
  }
  const held = object.metadata.finalizers?.join(", ") || "nothing that is known here";
  const how = object.status?.state === "DELETING" ? "goes on with it" : "has begun with it";
  const message =
    `${title} is being deleted, and is held by ${held}, but nobody ${how}: kro's controller is not running, or the RGD of this kind is not there (\`kubectl get rgd\`). ` +
    "Start kro, or bring the stack up again that has the RGD, and run this again then.";
  return { name: "kro-absent", object: title, message };
}

function ofDefinition(object: LiveObject): Cause | undefined {
  if (!object.metadata.finalizers?.some((one) => one.startsWith(OF_KRO))) return undefined;
  const title = titleOf(object);
  const message = `${title} is being deleted, and kro, whose finalizer it has, does not take that off: its controller is not running. Run this again when it is.`;
  return { name: "kro-absent", object: title, message };
}

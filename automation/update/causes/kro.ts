import { titleOf } from "../../../packages/kro/index.ts";
import { type Condition, conditionOf, conditionsOf, type LiveObject } from "../../../packages/live/index.ts";
import { looksAgain, objectOf, waitedFor } from "../live/progress.ts";
import { type Cause, type CauseName, type Evidence, inline, type LastingCause } from "./cause.ts";
import { failsToEvaluate, neverResolves } from "./expression.ts";
import { heldCause } from "./held.ts";

/** Why kro does not take an RGD. */
export function definitionCause({ objects }: Evidence): LastingCause | undefined {
  for (const object of objects.filter(({ kind }) => kind === "ResourceGraphDefinition")) {
    const title = titleOf(object);
    const wrong = conditionsOf(object).filter(({ type, status }) => type !== "Ready" && status === "False");
    const failed = [...wrong, conditionOf(object, "Ready")].find((one) => one?.status === "False" && one.message);
    if (failed) {
      const said = failed.message!;
      const message = `kro refuses the ${title}: ${inline(said)}. Nothing of its instances was changed; \`carts preview\` finds most of this before.${advice(said)}`;
      return { name: "definition-refused", object: title, message, ...(!isRefused(failed) && MAY_PASS) };
    }
    if (conditionsOf(object).length === 0) {
      const message = `kro has not reported on the ${title}: its controller is not running in this cluster.`;
      return { name: "kro-absent", object: title, message };
    }
  }
  return undefined;
}

/** Whether kro has read the RGD and refuses it. Whatever else it fails at it tries again: a kind whose CRD is not there may come. */
const isRefused = ({ type, message }: Condition): boolean =>
  /^Graph/.test(type) ? !/failed to get schema for resource/i.test(message!) : /breaking change/i.test(message!);

/** kro leaves the CRD behind when an RGD goes: a version of before, too, meets the API of the version after it. */
function advice(said: string): string {
  const crd = /update CRD (\S+?):? .*breaking change/is.exec(said)?.[1];
  return crd === undefined
    ? ""
    : ` Keep the API that is there; or, where no instance is left, \`kubectl delete crd ${crd}\` makes room for another.`;
}

const MAY_PASS = { patience: Number.POSITIVE_INFINITY };

/** What kro itself says of an instance that it can't bring about: of an object that it may not, or can't, apply. */
export function instanceCause({ followed, objects }: Evidence): Cause | undefined {
  for (const instance of followed) {
    const object = objectOf(instance, objects);
    const cause = object && causeOf(object, instance.ownConditions);
    if (cause) return cause;
  }
  return undefined;
}

/** @param ownConditions - the conditions are those of the RGD's author, who may say what they like in them. */
function causeOf(object: LiveObject, ownConditions = false): Cause | undefined {
  const held = heldCause([object]);
  if (held) return held;
  const title = titleOf(object);
  if (ownConditions ? object.status?.state === undefined : conditionsOf(object).length === 0) {
    const message = `kro has not reported on ${title}: its controller is not running, or the RGD of this kind is not there.`;
    return { name: "kro-absent", object: title, message };
  }
  if (conditionOf(object, "ResourcesReady")?.reason === "ReconciliationSuspended") {
    const message = `kro has not come to ${title} since it was let go: its controller is not running, or is busy; or it can't write the status of ${title}, as where an expression of the RGD's \`spec.schema.status\` fails for it, which its log alone says.`;
    return { name: "kro-absent", object: title, message };
  }
  const said = (ownConditions ? [] : conditionsOf(object)).filter(
    ({ status, message }) => status === "False" && message,
  );
  const best =
    said.find(({ message }) => FAILURE.test(message!)) ?? said.find(({ type }) => type === "Ready") ?? said[0];
  if (!best) return undefined;
  if (looksAgain(best.message)) {
    const message = `${title} is not ready: kro has changed something of it, and looks again ("cluster mutated"). Where that lasts, somebody else changes it back each time, such as a webhook or another controller.`;
    return { name: "instance-not-ready", object: title, message };
  }
  // An error in kro's words as well, and none.
  const wait = waitedFor(best.message);
  if (wait !== best.message) {
    return { name: "instance-not-ready", object: title, message: `${title} is not ready: kro ${wait}.` };
  }
  const text = inline(best.message!);
  const [name, advice] = adviceFor(text, object.status?.state === FAILED);
  return { name, object: title, message: `kro can't bring about ${title}: ${text}.${advice}` };
}

/** kro's word for an instance that it has failed at: one that only waits is IN_PROGRESS. */
const FAILED = "ERROR";
const FAILURE = /forbidden|denied|invalid|exceeded quota|conflict|immutable|failed|error/i;

function adviceFor(text: string, isFailed: boolean): [name: CauseName, advice: string] {
  if (/exceeded quota/.test(text)) return ["quota", " Raise the quota of the namespace, or ask for less."];
  if (/being terminated/.test(text)) return ["namespace-terminating", " Wait until the namespace is gone."];
  if (/forbidden/i.test(text)) return ["kro-forbidden", " kro's service account must be allowed this."];
  if (/immutable|may not be changed/i.test(text)) {
    return [
      "immutable-field",
      " Take the change back; or delete that object, where nothing is lost with it: kro then makes it anew.",
    ];
  }
  if (/denied the request/i.test(text)) return ["admission-denied", ""];
  // A port is free again when another Service is gone.
  if (/\bis invalid: /.test(text) && !/already allocated/.test(text)) {
    return ["invalid-object", " Mend what it is made of: the RGD's template, or what the instance sets."];
  }
  const missing = neverResolves(text);
  if (missing) {
    return [
      "expression-failed",
      ` Nothing but the instance tells it: set that there, or give it a default in the RGD's schema; or have the expression ask for it first: \`has(${missing})\`.`,
    ];
  }
  if (isFailed && failsToEvaluate(text)) {
    return ["expression-failed", " Mend the expression in the RGD, or what the instance sets."];
  }
  return ["instance-not-ready", ""];
}

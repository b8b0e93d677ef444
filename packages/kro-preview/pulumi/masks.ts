import { isDeepStrictEqual } from "node:util";
import type { Definition } from "../../kro/index.ts";
import { DEFINITION_TYPE } from "../sources/definitions.ts";
import { customApi } from "../sources/instances.ts";
import { changedPaths, type Step } from "./plan.ts";
import { hasMask, isObject, isSecret, liesIn, MASK, parsePath, type RawInputs } from "./values.ts";

/**
 * Whether the engine masked a text in what a step says of an RGD or a custom resource. It masks the text of every
 * secret config value, wherever that occurs, so that there need not be a secret.
 */
export const isMaskedStep = (step: Step): boolean =>
  (step.type === DEFINITION_TYPE || customApi(step.type) !== undefined) && [step.old, step.new].some(hasMask);

/**
 * A step with the texts that the engine masked, as far as the state of before has them as plain ones. After the update
 * they are still the same where the step's diff names no change.
 *
 * @param inputs - of the resource before the update, as a state has them.
 */
export function unmaskStep(step: Step, inputs: RawInputs | undefined): Step {
  const { old, new: next } = step;
  if (!old?.inputs || !inputs) return step;
  const before = fill(old.inputs, inputs) as RawInputs;
  const paths = step.op === "same" ? [] : changedPaths(step);
  if (!next?.inputs || !paths) return { ...step, old: { ...old, inputs: before } };
  const parsed = paths.map(parsePath);
  const after = fill(next.inputs, before, old.inputs, (path) => !parsed.some((other) => liesIn(path, other)));
  return { ...step, old: { ...old, inputs: before }, new: { ...next, inputs: after as RawInputs } };
}

/**
 * The step of an RGD that is to be the given one, as far as its masked texts let see: then it has that one's texts. Any
 * other step stays as it is.
 */
export function unmaskDefinition(step: Step, { metadata: { name }, spec }: Definition): Step {
  const inputs = step.new?.inputs;
  if (step.type !== DEFINITION_TYPE || !inputs) return step;
  const metadata = (inputs.metadata ?? {}) as RawInputs;
  const filled = fill([inputs.spec, metadata.name], [spec, name]) as [unknown, unknown];
  if (hasMask(filled) || !isDeepStrictEqual(filled[0], spec)) return step;
  return {
    ...step,
    new: { ...step.new, inputs: { ...inputs, metadata: { ...metadata, name: filled[1] }, spec: filled[0] } },
  };
}

/**
 * A value with each masked text replaced by the one that is known at the same place, if that is a plain text too.
 *
 * @param was - what must hold the same masked text. Default: any text is taken that the mask lets through.
 * @param may - whether a text at a path may be taken. Default: each may.
 */
function fill(
  masked: unknown,
  known: unknown,
  was: unknown = masked,
  may: (path: readonly string[]) => boolean = () => true,
  path: readonly string[] = [],
): unknown {
  if (typeof masked === "string") {
    const isKnown = masked === was && typeof known === "string" && standsFor(masked, known) && may(path);
    return isKnown ? known : masked;
  }
  if (!isObject(masked) || !isObject(known) || !isObject(was)) return masked;
  if ([masked, known, was].some(isSecret)) return masked;
  const part = (key: string, item: unknown) => fill(item, own(known, key), own(was, key), may, [...path, key]);
  if (Array.isArray(masked)) return masked.map((item, i) => part(String(i), item));
  return Object.fromEntries(Object.entries(masked).map(([key, item]) => [key, part(key, item)]));
}

/** Whether a masked text can be what the engine made of another. */
function standsFor(masked: string, text: string): boolean {
  const [first, ...others] = masked.split(MASK);
  const last = others.pop();
  if (last === undefined || !text.startsWith(first!) || !text.endsWith(last)) return false;
  let end = first!.length;
  for (const piece of others) {
    const start = text.indexOf(piece, end + 1);
    if (start < 0) return false;
    end = start + piece.length;
  }
  return end < text.length - last.length;
}

const own = (container: RawInputs, key: string): unknown =>
  Object.hasOwn(container, key) ? container[key] : undefined;

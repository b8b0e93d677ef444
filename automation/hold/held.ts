import { titleOf } from "../../packages/kro/index.ts";
import { kubectlName, type LiveObject, managersOf } from "../../packages/live/index.ts";
import { isSuspended, MANAGER, markOf, RECONCILE, ROLLOUT } from "./mark.ts";
import { recordOf } from "./record.ts";

/** Why kro does nothing for an instance, or an RGD must not be changed. */
export interface Hold {
  /** Such as `CartsStack default/blue`. */
  readonly object: string;
  /** A rollout of ours holds it. Else somebody else has suspended it. */
  readonly isOurs: boolean;
  /** A sentence without its end: who holds it, and what lets it go. */
  readonly text: string;
}

const GO_ON = "`carts rollout --resume` goes on with it, `carts rollout --back` goes back to the last good definition";

/** @param object - an instance, or an RGD. Undefined for any other, and for one that nobody holds. */
export function holdOf(object: LiveObject): Hold | undefined {
  const title = titleOf(object);
  if (object.kind === "ResourceGraphDefinition") {
    const record = recordOf(object);
    if (!record) return undefined;
    const { of, since, by, phase, why } = record;
    const halt = why === undefined ? "" : `. It was halted: ${why.replace(/\.$/, "")}.`;
    const text = `a rollout of ${title} (of the stack ${of}, by ${by} since ${since}, ${phase}) is not finished, and may hold instances${halt || ":"} ${GO_ON}`;
    return { object: title, isOurs: true, text };
  }
  const mark = markOf(object);
  if (mark && isSuspended(object)) {
    const text = `${title} is held by a rollout of the stack ${mark.of} since ${mark.since}: kro changes and heals nothing of it, and it is not Ready, until its stage ${mark.stage} is due. On that stack, ${GO_ON}`;
    return { object: title, isOurs: true, text };
  }
  if (!isSuspended(object)) return undefined;
  const [by] = managersOf(object, ["metadata", "annotations", RECONCILE]);
  const who = isLeft(object)
    ? `by a rollout whose mark (${ROLLOUT}) somebody has taken off, so that no rollout lets it go`
    : `by no rollout (${ROLLOUT})${by === undefined ? "" : `, but by ${by}`}`;
  const command = `\`kubectl annotate ${kubectlName(object)} ${RECONCILE}-\``;
  const text = `${title} is suspended by the annotation ${RECONCILE}, ${who}. kro changes and heals nothing of it, and it is not Ready, until ${command}`;
  return { object: title, isOurs: false, text };
}

/**
 * Whether a rollout has suspended an instance, and somebody has taken off its mark and left the suspension. Nothing
 * else of an instance is ever its own: to be named among its writers is enough, where their fields are not known.
 */
export const isLeft = (object: LiveObject): boolean =>
  isSuspended(object) && markOf(object) === undefined && writersOf(object).includes(MANAGER);

const writersOf = ({ metadata: { managedFields } }: LiveObject): readonly unknown[] =>
  Array.isArray(managedFields) ? managedFields.map((one) => (one as { readonly manager?: string }).manager) : [];

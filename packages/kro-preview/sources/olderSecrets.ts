import { isDeepStrictEqual } from "node:util";
import { type Child, isList, type KubernetesObject, type Rendering, Secret, type Value } from "../../kro/index.ts";
import { type LiveObject, type Written, writtenBy, writtenField, writtenItem } from "../../live/index.ts";
import { secretIn } from "../conceal.ts";
import { entries } from "../lists.ts";
import { MANAGER, stored } from "./dryRun.ts";

/** Whether an instance is given a secret, or its RGD is. */
export const holdsSecret = (rendering: Rendering | undefined): boolean =>
  rendering !== undefined &&
  (secretIn(rendering.instance.spec.applied as Value | undefined) !== undefined || isIn(rendering.children));

const isIn = (children: readonly Child[]): boolean =>
  children.some(({ object, nested }) => secretIn(object as Value) !== undefined || isIn(nested?.children ?? []));

/**
 * An object as the cluster has it. What kro wrote, and is not what is known, comes of an older RGD or instance, as where
 * kro has not caught up with the last update: that may have been a secret, and counts as one. What others wrote stays; whose a value is can't be told
 * everywhere, and then it is kro's.
 *
 * @param known - the object as it is rendered, and as the API server would store it.
 */
export function withoutOlder(live: LiveObject, known: readonly KubernetesObject[]): KubernetesObject {
  const cover = (value: Value, others: readonly (Value | undefined)[], written: Written): Value => {
    const parts = entries(value);
    if (!parts) return written.length === 0 || others.some((other) => isDeepStrictEqual(other, value)) ? value : OLDER;
    const of = others.map((other) => entries(other));
    const covered = [...parts].map(
      ([key, part], i) =>
        [
          key,
          cover(
            part,
            of.map((other) => other?.get(key)),
            isList(value) ? writtenItem(written, part, i) : writtenField(written, key),
          ),
        ] as const,
    );
    return isList(value) ? covered.map(([, part]) => part) : Object.fromEntries(covered);
  };
  return cover(
    stored(live) as Value,
    known as readonly Value[],
    writtenBy(live, MANAGER),
  ) as unknown as KubernetesObject;
}

const OLDER = new Secret("older");

import { isUnknown, type Resource, type URN } from "@pulumi/pulumi";
import { type Given, isLater, settle, whenKnown } from "../given.ts";
import { childUrn, type Previous, previousChildren } from "../previousState.ts";

/** A resource that AWS has one of by a key, such as a role by its name. */
export interface OneOfItsKind<T extends object> {
  /** Of the resource in Pulumi. */
  readonly name: string;
  /** The one that the state has of that key, whatever it is called there. */
  readonly previous: Promise<Previous<T> | undefined>;
  readonly opts: {
    readonly aliases: Promise<URN>[];
    readonly deleteBeforeReplace: true;
  };
}

/**
 * Has each key be a resource of its own, so that one that is to be another is made beside the first, which goes when all is
 * well.
 *
 * As one resource Pulumi would replace it, and note of the first that it is to be deleted. Where a later step fails that
 * note stays: the config of before would then make what is there already, and delete what is in use. Where a part of the
 * key comes from another resource it can't be told apart by name; then the first is deleted before the next is made.
 *
 * @param start - of the name: all of it for the `usual` key.
 * @param isIt - whether what the state has is of that key.
 */
export function oneOfItsKind<T extends object>(
  parent: Resource,
  type: string,
  start: string,
  { key, usual }: { readonly key: readonly Given<string>[]; readonly usual: readonly string[] },
  isIt: (outputs: T, only: boolean) => Promise<boolean>,
): OneOfItsKind<T> {
  const isUsual = key.some(isLater) || key.every((part, i) => part === usual[i]);
  const name = isUsual ? start : [start, ...key].join("-");
  const previous = previousChildren<T>(parent, type, start).then(async (children) => {
    const own = children.find((child) => child.name === name);
    if (own) return own;
    const areIt = await Promise.all(children.map(({ outputs }) => isIt(outputs, children.length === 1)));
    return children.find((_, i) => areIt[i]);
  });
  return {
    name,
    previous,
    opts: {
      aliases: [
        aliasOf(
          parent,
          type,
          previous.then((found) => found?.name ?? name),
        ),
      ],
      deleteBeforeReplace: true,
    },
  };
}

/** An alias by the name that a child of `parent` had. Pulumi makes fifteen Outputs of one that names its parts, three of a URN. */
export const aliasOf = async (parent: Resource, type: string, name: Promise<string>): Promise<URN> =>
  childUrn(await whenKnown(parent.urn), type, await name);

/** Whether a value is, or in a preview may yet be, `had`. */
export async function mayBe(value: Given<string>, had: unknown): Promise<boolean> {
  const known = await settle(value, new Set());
  return isLater(known) || isUnknown(known) || known === had;
}

import { list } from "../../console/index.ts";
import {
  type Definition,
  type Known,
  KnownAfterApply,
  type Observed,
  type Rendering,
  readinessOf,
  titleOf,
  type Value,
} from "../../kro/index.ts";
import type { FieldChange } from "../changes.ts";
import { everyChild } from "../renderInstances.ts";
import { type Expectation, type ExpectedChild, matches, type Pattern } from "./fixture.ts";
import { childrenLike, expectedTitle, mismatches } from "./match.ts";
import type { Failure } from "./result.ts";

/** So many are named of what there is. */
const NAMED = 12;

/** What is wrong with the children of an instance, but for its snapshot and the dangers. */
export function renderingFailures(
  expect: Expectation,
  { children }: Rendering,
  definition: Definition,
  { observed, ...known }: Known & { readonly observed: Observed },
): Failure[] {
  const all = everyChild(children);
  return [
    ...problemFailures(expect.stuck, all),
    ...(expect.children ?? []).flatMap((expected) => childFailures(expected, all)),
    ...(expect.absent ?? []).flatMap((expected) => absenceFailures(expected, all)),
    ...Object.entries(expect.ready ?? {}).flatMap(([id, wanted]) =>
      readyFailures(id, wanted, () => readinessOf(definition, id, children, observed, known)),
    ),
  ];
}

type Children = Rendering["children"];

/** What kro can't make is a failure, unless it is expected. */
function problemFailures(stuck: Pattern | undefined, children: Children): Failure[] {
  const problems = children.flatMap(({ object, problems }) => problems.map((text) => `${titleOf(object)}: ${text}`));
  if (stuck === undefined) return problems.map((problem) => ({ message: `kro can't make ${problem}` }));
  const others = problems.filter((problem) => !matches(stuck, problem));
  if (others.length < problems.length) return others.map((problem) => ({ message: `kro can't make ${problem}` }));
  return [{ message: notSaid("stuck", stuck, problems, "kro can make all children") }];
}

/** That no message is as expected. */
export function notSaid(key: string, pattern: Pattern, messages: readonly string[], none: string): string {
  const wanted = pattern === true ? "something" : JSON.stringify(pattern);
  return `${key}: expected ${wanted}, but ${messages.length > 0 ? `this is what it says: ${messages.join("; ")}` : none}`;
}

function childFailures(expected: ExpectedChild, children: Children): Failure[] {
  const title = expectedTitle(expected);
  const [found, ...others] = childrenLike(expected, children);
  if (!found) {
    const there = list(children.map(childTitle), NAMED);
    return [{ message: `children: ${title} is not made; there is ${there || "no child"}` }];
  }
  if (others.length > 0) {
    const alike = list([found, ...others].map(childTitle), NAMED);
    return [{ message: `children: ${title} may be any of ${alike}: tell it apart by metadata.name or node` }];
  }
  const fields = mismatches(expected, found.object);
  return fields.length > 0 ? [{ message: `children: ${childTitle(found)} is not as expected`, fields }] : [];
}

const childTitle = ({ object, node }: Children[number]): string => `${titleOf(object)} (node ${node})`;

function absenceFailures(expected: ExpectedChild, children: Children): Failure[] {
  return childrenLike(expected, children, { orUnknown: true }).flatMap((child) => {
    const { condition, object } = child;
    const differing = mismatches(expected, object);
    if (!differing.every(isUnknownName)) return [];
    if (differing.length > 0) {
      return [{ message: `absent: ${childTitle(child)} may be called so: observed would tell` }];
    }
    const perhaps = condition === undefined ? "is made" : `may be made, if ${condition}: observed would tell`;
    return [{ message: `absent: ${childTitle(child)} ${perhaps}` }];
  });
}

/** A name that only the cluster knows may be any. */
const isUnknownName = ({ path, after }: FieldChange): boolean =>
  after instanceof KnownAfterApply && /^metadata\.(name|namespace)$/.test(path);

function readyFailures(id: string, wanted: boolean, look: () => ReturnType<typeof readinessOf>): Failure[] {
  const { ready, because } = look();
  if (ready === wanted) return [];
  return [{ message: ready ? `ready: ${id} is ready, and should wait` : `ready: ${id} waits: ${because}` }];
}

/** What the fixture observes, by node. */
export const observedOf = (observed: Readonly<Record<string, Value>> | undefined): Observed =>
  new Map(Object.entries(observed ?? {}));

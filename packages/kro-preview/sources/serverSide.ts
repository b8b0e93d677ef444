import { isDeepStrictEqual } from "node:util";
import { type Child, identityOf, type KubernetesObject, titleOf } from "../../kro/index.ts";
import { ApiError, type ClusterClient, isForbidden } from "../../live/index.ts";
import type { AsStored } from "../makeReport.ts";
import type { Api } from "./definitions.ts";
import { dryRun, isOpen, keyOf, stored, withoutMarks } from "./dryRun.ts";
import { Unasked } from "./unasked.ts";

/**
 * Asks the API server what each child is now, and what it would store: with its defaults, its conversions and what
 * admission changes. So of what is within a child that is an instance itself. It is a dry run: nothing is stored. A child
 * that can't be asked about stays as it was rendered, and a note says why.
 */
export function asStoredBy(client: ClusterClient): AsStored {
  const notes = new Unasked();
  return {
    async sides(before, after, isChanging) {
      const asking = { client, notes, isChanging, isConditional: false };
      const found = await bothSides(before?.children ?? [], after?.children ?? [], asking);
      // What another version of the RGD did not make may be there all the same.
      const there = before ?? (found.before.length > 0 && after ? { instance: after.instance } : undefined);
      return [there && { ...there, children: found.before }, after && { ...after, children: found.after }];
    },
    notes: () => notes.sentences(),
  };
}

interface Asking {
  readonly client: ClusterClient;
  readonly notes: Unasked;
  readonly isChanging: (api: Api) => boolean;
  /** Only the cluster can know whether what is around is there. */
  readonly isConditional: boolean;
}

interface Both {
  readonly before: readonly Child[];
  readonly after: readonly Child[];
  /** What the API server has of `after`, to any depth: titles. */
  readonly there: readonly string[];
}

interface Answer {
  readonly child: Child;
  /** Whether the API server has said what is there. */
  readonly isAsked: boolean;
  readonly live?: KubernetesObject | undefined;
  readonly made?: KubernetesObject;
}

async function bothSides(before: readonly Child[], after: readonly Child[], asking: Asking): Promise<Both> {
  const former = new Map(before.map((child) => [identityOf(child.object), child]));
  const kept = new Set(after.map((child) => identityOf(child.object)));
  const leaving = before.filter((child) => !kept.has(identityOf(child.object)));
  const ofNode = ({ node, type }: Child) =>
    leaving.find((other) => type === "resource" && other.type === type && other.node === node);
  const asked = await Promise.all(
    after.map(async (child) => {
      const answer = await ask(child, asking);
      const same = former.get(identityOf(child.object));
      // Under another name it is what it was: whatever is within it may stay.
      const was = same ?? (answer.live ? undefined : ofNode(child));
      const within = await withinOf(was?.nested?.children ?? [], child, asking);
      const hasPlace = same ? !answer.isAsked || answer.live !== undefined : was !== undefined || answer.live;
      if (within && !hasPlace) for (const title of within.there) asking.notes.taken(title);
      return { ...answer, was, isSame: same !== undefined, within };
    }),
  );
  const answers = new Map(asked.map((answer) => [answer.was, answer]));
  const old = await Promise.all(
    before.map(async (child): Promise<readonly Child[]> => {
      const answer = answers.get(child);
      if (!answer?.isSame) return look(child, answer?.within, asking);
      if (!answer.isAsked) return [holding(child, answer.within?.before)];
      return answer.live ? [holding({ ...child, object: answer.live }, answer.within?.before)] : [];
    }),
  );
  const found = asked.flatMap(({ child, live, isSame, within }) =>
    live && !isSame ? [holding({ ...child, problems: [], object: live }, within?.before)] : [],
  );
  const next = asked.map(({ child, made, within }) =>
    holding(made ? { ...child, object: made } : child, within?.after),
  );
  const titles = asked.flatMap(({ child, live, within }) => [
    ...(live ? [titleOf(child.object)] : []),
    ...(within?.there ?? []),
  ]);
  return { before: [...old.flat(), ...found], after: next, there: titles };
}

/** What is within a child, where that is an instance itself. */
async function withinOf(before: readonly Child[], child: Child, asking: Asking): Promise<Both | undefined> {
  if (!child.nested) return undefined;
  const isConditional = asking.isConditional || child.condition !== undefined;
  return bothSides(before, child.nested.children, { ...asking, isConditional });
}

const holding = (child: Child, children: readonly Child[] | undefined): Child =>
  child.nested && children ? { ...child, nested: { ...child.nested, children } } : child;

/** A child that goes, as the API server has it; none where there is none. */
async function look(child: Child, known: Both | undefined, asking: Asking): Promise<readonly Child[]> {
  const within = known ?? (child.nested && (await bothSides(child.nested.children, [], asking)));
  const rendered = holding(child, within?.before);
  const { name, namespace } = child.object.metadata;
  if (asking.isConditional || child.condition !== undefined || isOpen([name, namespace])) return [rendered];
  try {
    const live = await asking.client.get(keyOf(child.object));
    return live ? [{ ...rendered, object: withoutMarks(stored(live), child.object) }] : [];
  } catch (error) {
    asking.notes.failed(titleOf(child.object), error as Error);
    return [rendered];
  }
}

async function ask(child: Child, { client, notes, isChanging, isConditional }: Asking): Promise<Answer> {
  const title = titleOf(child.object);
  if (isConditional || child.condition !== undefined || isOpen(child.object)) {
    notes.not(title, "that depends on what only the cluster can know, or is secret");
    return { child, isAsked: false };
  }
  if (isChanging(child.object)) {
    notes.not(title, "the RGD that makes the kind changes, and the CRD with it");
    return { child, isAsked: false };
  }
  try {
    const live = await client.get(keyOf(child.object));
    const made = await dryRun(client, child.object, live);
    if (child.nested && !isDeepStrictEqual(made.spec, child.object.spec)) notes.admitted(title);
    return { child, isAsked: true, live: live && stored(live), made };
  } catch (error) {
    const { message } = error as Error;
    const isRefusal = error instanceof ApiError && !isForbidden(error) && [400, 422].includes(error.status);
    if (isRefusal) {
      return { child: { ...child, problems: [...child.problems, `${title}: ${message}`] }, isAsked: false };
    }
    notes.failed(title, error as Error);
    return { child, isAsked: false };
  }
}

import { isDeepStrictEqual } from "node:util";
import { type Child, identityOf, type KubernetesObject, titleOf } from "../../kro/index.ts";
import { ApiError, type ClusterClient, isForbidden, type LiveObject } from "../../live/index.ts";
import type { AsStored } from "../makeReport.ts";
import type { Api } from "./definitions.ts";
import { dryRun, keyOf, stored, withoutMarks } from "./dryRun.ts";
import { isOpen } from "./isOpen.ts";
import { Makers } from "./makers.ts";
import { holdsSecret, withoutOlder } from "./olderSecrets.ts";
import { openIn } from "./openObjects.ts";
import { Unasked } from "./unasked.ts";

/**
 * Asks the API server what each child is now, and what it would store: with its defaults, its conversions and what
 * admission changes. So of what is within a child that is an instance itself. It is a dry run: nothing is stored. A child
 * that can't be asked about stays as it was rendered, and a note says why.
 */
export function asStoredBy(client: ClusterClient): AsStored {
  const notes = new Unasked();
  return {
    async sides(before, after, { isChanging, isPartial, isUnread, open }) {
      const [old, next] = [before?.children ?? [], after?.children ?? []];
      const own = new Set([...openIn(old), ...openIn(next)]);
      const mayShow = (object: KubernetesObject) =>
        !own.has(identityOf(object)) && !open?.(object) && !isUnread?.(object);
      const makers = open && new Makers([before, after], isPartial);
      const hasSecret = isUnread !== undefined || holdsSecret(before) || holdsSecret(after);
      const shown: Asking["shown"] = (live, known) => (hasSecret ? withoutOlder(live, known) : stored(live));
      const plan = { isChanging, mayShow, makers, shown };
      const found = await bothSides(old, next, { client, notes, ...plan, isConditional: false });
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
  /** Whether what the cluster has of an object may be shown: nothing that is known of it is secret, or may be. */
  readonly mayShow: (object: KubernetesObject) => boolean;
  /** What another has made may hold a secret of that one. Undefined where there is none. */
  readonly makers: Makers | undefined;
  /** What the cluster has of an object, as far as it may be shown, beside what is known of it. */
  readonly shown: (live: LiveObject, known: readonly KubernetesObject[]) => KubernetesObject;
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
  readonly live?: LiveObject | undefined;
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
      const gone = was && !same ? await look(was, asking, { within, isAsked: answer.isAsked }) : undefined;
      const hasPlace = same ? !answer.isAsked || answer.live !== undefined : (answer.live ?? gone) !== undefined;
      if (within && !hasPlace) for (const title of within.there) asking.notes.taken(title);
      // Beside what is told as it was rendered, the API server's defaults would be told as new.
      const isBare = gone !== undefined && gone.object === was?.object;
      return { ...answer, ...(isBare && { made: undefined }), was, gone, isSame: same !== undefined, within };
    }),
  );
  const answers = new Map(asked.map((answer) => [answer.was, answer]));
  const shown = (live: LiveObject, child: Child, made: KubernetesObject | undefined) =>
    asking.shown(live, made ? [child.object, made] : [child.object]);
  const old = await Promise.all(
    before.map(async (child): Promise<Child | undefined> => {
      const answer = answers.get(child);
      if (!answer) return look(child, asking);
      if (!answer.isSame) return answer.gone;
      if (!answer.isAsked) return holding(child, answer.within?.before);
      const { live, made, within } = answer;
      return live && holding({ ...child, object: shown(live, child, made) }, within?.before);
    }),
  );
  const found = asked.flatMap(({ child, live, made, isSame, within }) =>
    live && !isSame ? [holding({ ...child, problems: [], object: shown(live, child, made) }, within?.before)] : [],
  );
  const next = asked.map(({ child, made, within }) =>
    holding(made ? { ...child, object: made } : child, within?.after),
  );
  const titles = asked.flatMap(({ child, live, within }) => [
    ...(live ? [titleOf(child.object)] : []),
    ...(within?.there ?? []),
  ]);
  return { before: [...old.filter((child) => child !== undefined), ...found], after: next, there: titles };
}

/** What is within a child, where that is an instance itself. */
async function withinOf(before: readonly Child[], child: Child, asking: Asking): Promise<Both | undefined> {
  return child.nested && bothSides(before, child.nested.children, inside(child, asking));
}

const inside = (child: Child, asking: Asking): Asking => ({
  ...asking,
  isConditional: asking.isConditional || child.condition !== undefined,
});

const holding = (child: Child, children: readonly Child[] | undefined): Child =>
  child.nested && children ? { ...child, nested: { ...child.nested, children } } : child;

/**
 * A child that goes, as the API server has it; undefined where there is none. It is as it was rendered where what is there
 * may give a secret away, and where what comes in its place could not be asked about.
 *
 * @param next - what is within, and whether the API server was asked, of what comes in its place.
 */
async function look(
  child: Child,
  asking: Asking,
  next?: { readonly within: Both | undefined; readonly isAsked: boolean },
): Promise<Child | undefined> {
  const within = next?.within ?? (child.nested && (await bothSides(child.nested.children, [], inside(child, asking))));
  const rendered = holding(child, within?.before);
  const { name, namespace } = child.object.metadata;
  if (asking.isConditional || child.condition !== undefined || isOpen([name, namespace])) return rendered;
  try {
    const live = await asking.client.get(keyOf(child.object));
    const isHidden = next?.isAsked === false || !asking.mayShow(child.object);
    if (!live || isHidden || asking.makers?.isOther(live)) return live && rendered;
    return { ...rendered, object: withoutMarks(asking.shown(live, [child.object]), child.object) };
  } catch (error) {
    asking.notes.failed(titleOf(child.object), error as Error);
    return rendered;
  }
}

async function ask(
  child: Child,
  { client, notes, isChanging, mayShow, makers, isConditional }: Asking,
): Promise<Answer> {
  const title = titleOf(child.object);
  if (isConditional || child.condition !== undefined || !mayShow(child.object)) {
    notes.not(title, "that depends on what only the cluster can know, or is secret");
    return { child, isAsked: false };
  }
  if (isChanging(child.object)) {
    notes.not(title, "the RGD that makes the kind changes, and the CRD with it");
    return { child, isAsked: false };
  }
  try {
    const live = await client.get(keyOf(child.object));
    if (live && makers?.isOther(live)) {
      notes.not(title, "another has made what is there, and may have put a secret into it");
      return { child, isAsked: false };
    }
    const made = await dryRun(client, child.object, live);
    if (child.nested && !isDeepStrictEqual(made.spec, child.object.spec)) notes.admitted(title);
    return { child, isAsked: true, live, made };
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

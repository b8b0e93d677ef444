import {
  type Child,
  identityOf,
  KnownAfterApply,
  type KubernetesObject,
  type Rendering,
  Secret,
  titleOf,
} from "../../kro/index.ts";
import { ApiError, type ClusterClient, isForbidden, type LiveObject } from "../../live/index.ts";
import type { AsStored, Note } from "../makeReport.ts";

/** Under this name kro applies children: pkg/controller/instance/applyset/const.go. */
const MANAGER = "kro.run/applyset";

/**
 * Asks the API server what each child is now, and what it would store: with its defaults, its conversions and what
 * admission changes. It is a dry run: nothing is stored. A child that can't be asked about stays as it was rendered, and
 * a note says why.
 */
export const asStoredBy =
  (client: ClusterClient): AsStored =>
  async (before, after, note) => {
    const answers = await Promise.all((after?.children ?? []).map((child) => ask(client, child, note)));
    const asked = new Map(answers.map((answer) => [identityOf(answer.child.object), answer]));
    const old = (before?.children ?? []).flatMap((child): Child[] => {
      const answer = asked.get(identityOf(child.object));
      if (!answer?.isAsked) return [child];
      return answer.live ? [{ ...child, object: stored(answer.live) }] : [];
    });
    // What another version of the RGD did not make may be there all the same.
    const known = new Set(old.map(({ object }) => identityOf(object)));
    const found = answers.flatMap(({ child, live }) =>
      live && !known.has(identityOf(child.object)) ? [{ ...child, problems: [], object: stored(live) }] : [],
    );
    const next = answers.map(({ child, made }) => (made ? { ...child, object: stored(made) } : child));
    const there = before ?? (found.length > 0 && after ? { instance: after.instance, children: [] } : undefined);
    return [there && withChildren(there, [...old, ...found]), after && withChildren(after, next)];
  };

const withChildren = (rendering: Rendering, children: readonly Child[]): Rendering => ({ ...rendering, children });

interface Answer {
  readonly child: Child;
  /** Whether the API server has said what is there. */
  readonly isAsked: boolean;
  readonly live?: LiveObject | undefined;
  readonly made?: LiveObject;
}

async function ask(client: ClusterClient, child: Child, note: Note): Promise<Answer> {
  const { apiVersion, kind, metadata } = child.object;
  const title = titleOf(child.object);
  if (child.nested) note(`The API server was not asked about what is within ${title}.`);
  if (child.condition !== undefined || isOpen(child.object)) {
    note(`The API server was not asked about ${title}: it depends on what only the cluster can know, or is secret.`);
    return { child, isAsked: false };
  }
  const namespace = typeof metadata.namespace === "string" ? metadata.namespace : undefined;
  const key = { apiVersion, kind, namespace, name: String(metadata.name) };
  let live: LiveObject | undefined;
  try {
    live = await client.get(key);
    const made = await client.rehearseApply(key, withMarks(child.object, live), MANAGER);
    return { child, isAsked: true, live, made };
  } catch (error) {
    const { message } = error as Error;
    const isRefusal = error instanceof ApiError && !isForbidden(error) && [400, 422].includes(error.status);
    if (!isRefusal) {
      note(`The API server could not be asked about ${title}: ${message}.`);
      return { child, isAsked: false };
    }
    return { child: { ...child, problems: [...child.problems, `${title}: ${message}`] }, isAsked: false };
  }
}

/** With the marks that kro has put on it: without them the dry run would take them away. */
function withMarks(object: KubernetesObject, live: LiveObject | undefined): object {
  const isMark = ([name]: readonly [string, unknown]): boolean =>
    /^(?:[\w.-]+\.)?kro\.run\/|^applyset\.kubernetes\.io\/|^app\.kubernetes\.io\/managed-by$/.test(name);
  const metadata: Record<string, unknown> = { ...object.metadata };
  for (const key of ["labels", "annotations"] as const) {
    const marks = Object.entries(live?.metadata[key] ?? {}).filter(isMark);
    if (marks.length > 0)
      metadata[key] = { ...Object.fromEntries(marks), ...(object.metadata[key] as object | undefined) };
  }
  return { ...object, metadata };
}

/** Without what the API server keeps about it. */
function stored({ status: _, metadata, ...object }: LiveObject): KubernetesObject {
  const kept = ["name", "namespace", "labels", "annotations", "finalizers", "ownerReferences"];
  const entries = Object.entries(metadata).filter(([key]) => kept.includes(key));
  return { ...object, metadata: Object.fromEntries(entries) } as KubernetesObject;
}

function isOpen(value: unknown): boolean {
  if (value instanceof KnownAfterApply || value instanceof Secret) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(isOpen);
}

import type { LiveObject } from "../packages/live/index.ts";
import type { Look } from "./cluster/lookInto.ts";
import type { ObjectKey } from "./tellCauses.ts";

/** As long as so many wait, objects are asked for by name: that is the least, and any role may. */
const FEW = 8;

type Get = Look["get"];

/** What is known of one cluster by all who wait for something in it. */
interface Shared {
  waits: number;
  /** By kind, the last list. */
  readonly lists: Map<string, { readonly until: number; readonly objects: Promise<Objects> }>;
}

/** By namespace and name; undefined where this kind can't be listed. */
type Objects = ReadonlyMap<string, LiveObject> | undefined;

const all = new WeakMap<Look, Shared>();

/**
 * A way to ask for objects again and again, until `over` is aborted. Where many ask at the same time, each kind is listed once for
 * all of them: what the API server has to do for a program grows with the time then, and not with the number of its instances
 * as well. Where a kind can't be listed, as by a role of one namespace, its objects are asked for by name all the same.
 *
 * @param interval - milliseconds that a list counts.
 */
export function sharedGet(look: Look, interval: number, over: AbortSignal): Get {
  const shared = all.get(look) ?? { waits: 0, lists: new Map() };
  all.set(look, shared);
  if (over.aborted) return look.get;
  shared.waits++;
  over.addEventListener("abort", () => {
    shared.waits--;
    if (shared.waits <= FEW) shared.lists.clear();
  });
  return async (key) => {
    if (shared.waits <= FEW) return look.get(key);
    const objects = await listed(look, key, shared, interval);
    return objects ? objects.get(nameOf(key)) : look.get(key);
  };
}

function listed(look: Look, { apiVersion, kind }: ObjectKey, { lists }: Shared, interval: number): Promise<Objects> {
  const id = `${apiVersion} ${kind}`;
  const known = lists.get(id);
  if (known && known.until > performance.now()) return known.objects;
  const objects = look.list({ apiVersion, kind }).then(
    (found) => new Map(found.map((object) => [nameOf(object.metadata), object])),
    () => undefined,
  );
  lists.set(id, { until: performance.now() + interval, objects });
  return objects;
}

const nameOf = ({ namespace = "", name }: { readonly namespace?: string | undefined; readonly name: string }): string =>
  `${namespace}/${name}`;

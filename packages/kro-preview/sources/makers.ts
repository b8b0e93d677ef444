import { type Child, identityOf, type KubernetesObject, type Rendering } from "../../kro/index.ts";
import { INSTANCE_LABELS } from "../../live/index.ts";

/** An instance that has made an object, by kro's labels on that. */
export type Maker = Pick<KubernetesObject, "apiVersion" | "kind" | "metadata">;

/** Undefined where kro has not made the object. */
export function makerOf({ metadata: { labels = {} } }: Labelled): Maker | undefined {
  const { [INSTANCE_LABELS.name]: name, [INSTANCE_LABELS.namespace]: namespace } = labels;
  const { [INSTANCE_LABELS.group]: group = "", [INSTANCE_LABELS.kind]: kind = "" } = labels;
  return name === undefined ? undefined : { apiVersion: `${group}/`, kind, metadata: { name, namespace } };
}

interface Labelled {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
}

/** The instances of some renderings, to any depth. One whose name only the cluster can know is none: it may be any of its kind. */
export class Makers {
  readonly #identities = new Set<string>();
  readonly #onlyTheirs: boolean;

  /** @param onlyTheirs - also what kro has not made is another's. */
  constructor(renderings: readonly (Rendering | undefined)[], onlyTheirs: boolean) {
    this.#onlyTheirs = onlyTheirs;
    for (const rendering of renderings) {
      if (!rendering) continue;
      const { apiVersion, kind, name, namespace } = rendering.instance;
      this.#identities.add(identityOf({ apiVersion, kind, metadata: { name, namespace } }));
      this.#addWithin(rendering.children);
    }
  }

  /** Whether an object is of none of these instances, but another's. */
  isOther(live: Labelled): boolean {
    const maker = makerOf(live);
    return maker ? !this.#identities.has(identityOf(maker)) : this.#onlyTheirs;
  }

  #addWithin(children: readonly Child[]): void {
    for (const { object, nested } of children) {
      if (!nested) continue;
      this.#identities.add(identityOf(object));
      this.#addWithin(nested.children);
    }
  }
}

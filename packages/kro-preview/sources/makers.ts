import { type Child, groupOf, identityOf, type KubernetesObject, type Rendering } from "../../kro/index.ts";
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

/** The instances of some renderings, to any depth. */
export class Makers {
  readonly #identities = new Set<string>();
  /** Kinds of which a name isn't known. */
  readonly #open = new Set<string>();

  constructor(renderings: readonly (Rendering | undefined)[]) {
    for (const rendering of renderings) {
      if (!rendering) continue;
      const { apiVersion, kind, name, namespace } = rendering.instance;
      this.#add({ apiVersion, kind, metadata: { name, namespace } });
      this.#addWithin(rendering.children);
    }
  }

  /** Whether kro has made an object of none of these instances, but of another. */
  isOther(live: Labelled): boolean {
    const maker = makerOf(live);
    return maker !== undefined && !this.#identities.has(identityOf(maker)) && !this.#open.has(keyOf(maker));
  }

  #addWithin(children: readonly Child[]): void {
    for (const { object, nested } of children) {
      if (!nested) continue;
      this.#add(object);
      this.#addWithin(nested.children);
    }
  }

  #add(maker: Maker): void {
    const { name, namespace = "" } = maker.metadata;
    if (typeof name === "string" && typeof namespace === "string") this.#identities.add(identityOf(maker));
    else this.#open.add(keyOf(maker));
  }
}

const keyOf = ({ apiVersion, kind }: Maker): string => `${groupOf(apiVersion)} ${kind}`;

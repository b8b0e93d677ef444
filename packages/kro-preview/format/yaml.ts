import { type Child, type Crds, type KubernetesObject, namespacedName, type Rendering } from "../../kro/index.ts";
import { objectYaml, plainObject, yamlStream } from "./objectYaml.ts";

export interface YamlOptions {
  /** The instances that were made up: they come before their children. Default none. */
  readonly examples?: ReadonlyMap<Rendering, KubernetesObject>;
  /** Types of the fields of kinds that aren't Kubernetes' own. Default: nobody knows them. */
  readonly crds?: Crds;
}

/** The children of instances as a YAML stream, in the order in which kro creates them; within them, theirs. */
export const formatYaml = (renderings: readonly Rendering[], options: YamlOptions = {}): string =>
  yamlStream(
    renderings.flatMap((rendering) => {
      const id = namespacedName(rendering.instance);
      const example = options.examples?.get(rendering);
      return [
        ...(example ? [objectYaml(example, [`${id}: an example, made from the schema of its RGD`])] : []),
        ...placed(rendering.children, id).map((one) => childYaml(one, options)),
      ];
    }),
  );

/** The same children as a List in JSON. */
export const formatList = (renderings: readonly Rendering[], { crds }: YamlOptions = {}): string => {
  const items = renderings.flatMap(({ children }) => placed(children, "").map(({ child }) => child.object));
  const list = { apiVersion: "v1", kind: "List", items: items.map((object) => plainObject(object, crds)) };
  return `${JSON.stringify(list, null, 2)}\n`;
};

/** A child, and the instance that it is of: `shops/tea`, or `shops/tea > Database shops/tea-db`. */
interface Placed {
  readonly child: Child;
  readonly of: string;
  readonly above: readonly Child[];
}

/** Children, each before those within it. */
const placed = (children: readonly Child[], of: string, above: readonly Child[] = []): Placed[] =>
  children.flatMap((child) => {
    const { kind, metadata } = child.object;
    const within = child.nested?.children ?? [];
    return [{ child, of, above }, ...placed(within, `${of} > ${kind} ${namespacedName(metadata)}`, [...above, child])];
  });

const childYaml = ({ child, of }: Placed, { crds }: YamlOptions): string =>
  objectYaml(
    child.object,
    [
      `${of}, wave ${child.wave}: ${child.node}`,
      ...(child.condition === undefined || child.problems.length > 0
        ? []
        : [`only if, which the cluster will know: ${child.condition}`]),
      ...child.problems.map((problem) => `kro can't make it: ${problem}`),
      ...(child.unseen === undefined ? [] : [`what is within was not looked at: ${child.unseen}`]),
    ],
    crds,
  );

/** Where a child is written, and what. */
export interface ChildFile {
  /** Within a folder: `<namespace>/<instance>/<wave>-<kind>-<name>.yaml`. Each is there once. */
  readonly path: string;
  readonly text: string;
}

/** A file for each child. What is within one is in a folder of its name. */
export function childFiles(renderings: readonly Rendering[], options: YamlOptions = {}): ChildFile[] {
  const taken = new Set<string>();
  return renderings.flatMap(({ instance: { name, namespace }, children }) => {
    const folder = [...(namespace === undefined ? [] : [namespace]), name].map(segment);
    return placed(children, namespacedName({ name, namespace })).map((one) => {
      const base = [...folder, ...[...one.above, one.child].map((child) => fileName(child, namespace))].join("/");
      let path = `${base}.yaml`;
      // Some file systems don't tell small letters from capitals.
      for (let i = 2; taken.has(path.toLowerCase()); i++) path = `${base}-${i}.yaml`;
      taken.add(path.toLowerCase());
      return { path, text: childYaml(one, options) };
    });
  });
}

function fileName({ object: { kind, metadata }, node, wave }: Child, namespace: string | undefined): string {
  const own = typeof metadata.name === "string" ? metadata.name : node;
  const elsewhere = typeof metadata.namespace === "string" && metadata.namespace !== namespace;
  const title = elsewhere ? namespacedName({ namespace: metadata.namespace, name: own }) : own;
  return segment(`${String(wave).padStart(2, "0")}-${kind.toLowerCase()}-${title}`);
}

/** A name as part of a path, whatever it holds. */
const segment = (name: string): string =>
  name
    .replace(/[^\p{L}\p{N}._-]/gu, "_")
    .replace(/^\.+/, (dots) => "_".repeat(dots.length))
    .slice(0, 200) || "_";

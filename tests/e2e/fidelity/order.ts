import type { Graph } from "../../../fanout/graph.ts";
import type { KubernetesObject } from "../../../fanout/objects.ts";
import type { Child, Rendering } from "../../../fanout/render.ts";
import { type Write, writesOfKro } from "./cluster.ts";
import { identity } from "./compare.ts";

/** When the first of two children that depend on each other must be done, and the second may begin. */
interface Order {
  /** The write that counts, of a child; undefined when there was none. */
  readonly of: (child: Child) => Write | undefined;
  readonly reversed: boolean;
}

/** kro's first write of each child: what is needed comes first. */
export function creations(): Order {
  const writes = writesOfKro().filter(({ verb }) => verb === "patch");
  return { of: ({ object }) => writes.find((write) => isOf(write, object)), reversed: false };
}

/** kro's last deletion of each child: what is needed goes last. */
export function deletions(): Order {
  const writes = writesOfKro().filter(({ verb }) => verb === "delete");
  return { of: ({ object }) => writes.findLast((write) => isOf(write, object)), reversed: true };
}

/** The children that came in another order than they depend on each other, one line each. */
export function notInOrder({ children }: Rendering, { nodes }: Graph, order: Order): string[] {
  return children.flatMap((child) => {
    const { dependencies } = nodes.find(({ id }) => id === child.node)!;
    const needed = children.filter(({ node }) => dependencies.includes(node));
    const waves = needed.filter(({ wave }) => wave >= child.wave);
    return [
      ...waves.map(({ node, wave }) => `${child.node} is in wave ${child.wave}, and needs ${node} of wave ${wave}`),
      ...needed.flatMap((earlier) => notInTurn(earlier, child, order)),
    ];
  });
}

/** The children that came in another order than that of the waves, one line each. */
export const notInWaves = ({ children }: Rendering, order: Order): string[] =>
  children.flatMap((child) =>
    children.filter(({ wave }) => wave < child.wave).flatMap((earlier) => notInTurn(earlier, child, order)),
  );

function notInTurn(needed: Child, by: Child, { of, reversed }: Order): string[] {
  const [first, then] = reversed ? [by, needed] : [needed, by];
  const [a, b] = [of(first), of(then)];
  if (a && b && a.to <= b.from) return [];
  const times = `${a?.from ?? "never"} to ${a?.to ?? "never"}, ${b?.from ?? "never"}`;
  return [`${identity(first.object)} was to be written before ${identity(then.object)}, and was not (${times})`];
}

/** The log gives a Namespace its own name as its namespace. */
function isOf({ resource, namespace, name }: Write, { kind, metadata }: KubernetesObject): boolean {
  const where = kind === "Namespace" ? metadata.name : (metadata.namespace ?? "");
  return resource === `${kind.toLowerCase()}s` && name === metadata.name && namespace === where;
}

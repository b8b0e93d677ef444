import { type Child, type Graph, type KubernetesObject, type Rendering, titleOf } from "../../../packages/kro/index.ts";
import type { Write } from "../kit/index.ts";
import { writesOfKro } from "./cluster.ts";

/** An order of writes that must be that of the waves. */
interface Order {
  /** The write that counts, of a child; undefined when there was none. */
  readonly of: (child: Child) => Write | undefined;
  /** Children of a lower one are written before those of a higher one; below 0 for deletions, which begin with the highest. */
  readonly wave: (child: Child) => number;
}

/** kro's first write of each child. */
export function creations(): Order {
  const writes = writesOfKro().filter(({ verb }) => verb === "patch");
  return { of: ({ object }) => writes.find((write) => isOf(write, object)), wave: ({ wave }) => wave };
}

/** kro's last deletion of each child. */
export function deletions(): Order {
  const writes = writesOfKro().filter(({ verb }) => verb === "delete");
  return {
    of: ({ object }) => writes.findLast((write) => isOf(write, object)),
    wave: ({ deletionWave }) => -deletionWave,
  };
}

/** The children that were made before one that they depend on, one line each. */
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

/** The children that were written before one of an earlier wave, one line each. */
export const notInWaves = ({ children }: Rendering, order: Order): string[] =>
  children.flatMap((child) =>
    children
      .filter((other) => order.wave(other) < order.wave(child))
      .flatMap((earlier) => notInTurn(earlier, child, order)),
  );

function notInTurn(first: Child, then: Child, { of }: Order): string[] {
  const [a, b] = [of(first), of(then)];
  if (a && b && a.to <= b.from) return [];
  const times = `${a?.from ?? "never"} to ${a?.to ?? "never"}, ${b?.from ?? "never"}`;
  return [`${titleOf(first.object)} was to be written before ${titleOf(then.object)}, and was not (${times})`];
}

/** The log gives a Namespace its own name as its namespace. */
function isOf({ resource, namespace, name }: Write, { kind, metadata }: KubernetesObject): boolean {
  const where = kind === "Namespace" ? metadata.name : (metadata.namespace ?? "");
  return resource === pluralOf(kind.toLowerCase()) && name === metadata.name && namespace === where;
}

const pluralOf = (word: string): string =>
  word.endsWith("y") ? `${word.slice(0, -1)}ies` : word.endsWith("s") ? `${word}es` : `${word}s`;

import { DefinitionError } from "../errors.ts";

/** A node, and the ids of those that must come before it. */
interface Dependent {
  readonly id: string;
  readonly dependencies: readonly string[];
}

/**
 * The waves in which kro creates a graph: a node is in the wave after the last of those that it depends on.
 *
 * @throws DefinitionError that names the nodes of a cycle.
 */
export function waves(nodes: readonly Dependent[]): string[][] {
  const result: string[][] = [];
  let waiting = [...nodes];
  while (waiting.length > 0) {
    const ids = new Set(waiting.map(({ id }) => id));
    const wave = waiting.filter(({ dependencies }) => !dependencies.some((id) => ids.has(id)));
    if (wave.length === 0) throw cycleError(waiting);
    result.push(wave.map(({ id }) => id));
    waiting = waiting.filter((node) => !wave.includes(node));
  }
  return result;
}

/**
 * The waves in which kro deletes a graph, the last of them first: a node is in the wave before the first of those that
 * depend on it. That is not always the wave in which it was created.
 *
 * @throws DefinitionError that names the nodes of a cycle.
 */
export function deletionWaves(nodes: readonly Dependent[]): string[][] {
  const dependents = nodes.map(({ id }) => ({
    id,
    dependencies: nodes.filter(({ dependencies }) => dependencies.includes(id)).map((other) => other.id),
  }));
  return waves(dependents).reverse();
}

/** Follows dependencies from any node that waits until one comes again. */
function cycleError(waiting: readonly Dependent[]): DefinitionError {
  const path: string[] = [];
  let node = waiting[0]!;
  while (!path.includes(node.id)) {
    path.push(node.id);
    node = waiting.find(({ id }) => node.dependencies.includes(id))!;
  }
  const cycle = [...path.slice(path.indexOf(node.id)), node.id];
  return new DefinitionError(node.id, "", undefined, `the nodes wait for each other: ${cycle.join(" -> ")}`);
}

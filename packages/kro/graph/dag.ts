import { DefinitionError } from "../errors.ts";

/** A node, and the ids of those that it depends on. */
interface Vertex {
  readonly id: string;
  readonly dependencies: readonly string[];
}

/**
 * The waves in which kro creates a graph, as ids: a node is in the layer after the last of those that it depends on.
 *
 * @throws DefinitionError that names the nodes of a cycle.
 */
export function topologicalLayers(vertices: readonly Vertex[]): string[][] {
  const layers: string[][] = [];
  let waiting = [...vertices];
  while (waiting.length > 0) {
    const ids = new Set(waiting.map(({ id }) => id));
    const ready = waiting.filter(({ dependencies }) => !dependencies.some((id) => ids.has(id)));
    if (ready.length === 0) throw cycleError(waiting);
    layers.push(ready.map(({ id }) => id));
    waiting = waiting.filter((vertex) => !ready.includes(vertex));
  }
  return layers;
}

/**
 * The waves in which kro deletes a graph, the first of them first: a node is in the layer after the last of those that
 * depend on it. Backwards, that is not always the order in which they were created.
 *
 * @throws DefinitionError that names the nodes of a cycle.
 */
export const reverseTopologicalLayers = (vertices: readonly Vertex[]): string[][] =>
  topologicalLayers(
    vertices.map(({ id }) => ({
      id,
      dependencies: vertices.filter(({ dependencies }) => dependencies.includes(id)).map((dependent) => dependent.id),
    })),
  );

/** Follows dependencies from any vertex that waits until one comes again. */
function cycleError(waiting: readonly Vertex[]): DefinitionError {
  const path: string[] = [];
  let vertex = waiting[0]!;
  while (!path.includes(vertex.id)) {
    path.push(vertex.id);
    vertex = waiting.find(({ id }) => vertex.dependencies.includes(id))!;
  }
  const cycle = [...path.slice(path.indexOf(vertex.id)), vertex.id];
  return new DefinitionError(vertex.id, "", undefined, `the nodes wait for each other: ${cycle.join(" -> ")}`);
}

import { isProperties, type Properties, type PropertyValue } from "../plugin/values.ts";

/**
 * The part of a live object that the inputs speak of: what the cluster and its controllers added is left out, so that it
 * does not show as a difference.
 */
export function prune(live: Properties, inputs: Properties): Properties {
  const pruned: Properties = {};
  for (const [key, value] of Object.entries(live)) {
    const wanted = inputs[key];
    if (value === undefined || wanted === undefined) continue;
    if (isProperties(value) && isProperties(wanted)) pruned[key] = prune(value, wanted);
    else if (Array.isArray(value) && Array.isArray(wanted)) pruned[key] = pruneList(value, wanted);
    else pruned[key] = value;
  }
  return pruned;
}

/** Lists are compared by position; one that got shorter or longer keeps the elements that both have. */
function pruneList(live: PropertyValue[], inputs: PropertyValue[]): PropertyValue[] {
  if (live.length === 0 || inputs.length === 0) return [];
  if (shapeOf(live[0]) !== shapeOf(inputs[0])) return live;
  return live.slice(0, inputs.length).map((value, i) => {
    const wanted = inputs[i];
    if (isProperties(value) && isProperties(wanted)) return prune(value, wanted);
    if (Array.isArray(value) && Array.isArray(wanted)) return pruneList(value, wanted);
    return value;
  });
}

function shapeOf(value: PropertyValue | undefined): string {
  if (Array.isArray(value)) return "list";
  return value === null ? "null" : typeof value;
}

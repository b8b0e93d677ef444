import type { KubernetesObject, Value } from "../../../packages/kro/index.ts";
import { type FieldChange, parsePath } from "../../../packages/kro-preview/index.ts";
import {
  conditionsOf,
  isOfAck,
  kubectlName,
  type LiveObject,
  managersOf,
  patchCommand,
  releaseCommand,
  yieldsToPulumi,
} from "../../../packages/live/index.ts";
import { holdOf } from "../../hold/index.ts";
import { isThere, type Reading } from "../reading.ts";

/** `carts up` looks at all of what it declares itself before it begins. */
export const UP = "`carts up` puts it back";

/** Why kro does nothing for an instance that is not Ready. */
export function instanceRemedy(live: Reading<LiveObject>, declared: KubernetesObject): string {
  if (live === undefined) return "`carts up` makes it again";
  const name = kubectlName(declared);
  const held = isThere(live) ? holdOf(live) : undefined;
  if (held) return held.text;
  if (isThere(live) && saidOf(live).some((text) => /suspended via kro\.run\/reconcile/.test(text)))
    return `somebody has told kro to leave it as it is: \`kubectl annotate ${name} kro.run/reconcile-\``;
  return `its conditions say what kro waits for: \`kubectl describe ${name}\``;
}

/**
 * What brings a child back as it is declared. kro does within a second, unless its instance is not there, or is left alone,
 * or the API server refuses what kro's change and somebody else's make together.
 *
 * @param live - the instance.
 */
export function childRemedy(child: KubernetesObject, live: Reading<LiveObject>, instance: KubernetesObject): string {
  if (!isThere(live)) return `it comes back with its instance: ${instanceRemedy(live, instance)}`;
  const said = saidOf(live);
  if (said.some((text) => /suspended via/.test(text))) return instanceRemedy(live, instance);
  const { kind, metadata } = child;
  const refused = said.some((text) => new RegExp(`\\b${kind}(\\.\\S+)? "${metadata.name}" is invalid`).test(text));
  if (!refused)
    return `kro puts it back while it runs, as long as its instance can be Ready: \`kubectl describe ${kubectlName(instance)}\``;
  const undo =
    "the API server refuses to have it put back beside what somebody has changed, as the instance says: take that back";
  if (kind === "Namespace" || isOfAck(child)) return undo;
  return `${undo}; or, where nothing is lost with it, \`kubectl delete ${kubectlName(child)}\`, and kro makes it anew`;
}

const saidOf = (live: LiveObject): string[] => conditionsOf(live).flatMap(({ message }) => message ?? []);

/** Of what others have added to a child, which kro leaves there. */
export function addedRemedy(child: KubernetesObject, added: readonly FieldChange[]): string {
  const paths = added.map(({ path }) => parsePath(path));
  const inLists = added.some(({ path }) => /\[(\d|\w+=)/.test(path));
  const patch = inLists ? undefined : `: \`${patchCommand(child, without(paths))}\``;
  return `kro leaves what others add: remove it${patch ?? ""}`;
}

/** A merge patch that removes fields. */
function without(paths: readonly (readonly string[])[]): object {
  const keys = new Set(paths.map(([first]) => first!));
  const inside = (key: string) => paths.filter(([first]) => first === key).map(([, ...rest]) => rest);
  return Object.fromEntries(
    [...keys].map((key): [string, Value] => {
      const rest = inside(key);
      return [key, rest.some(({ length }) => length === 0) ? null : (without(rest) as Value)];
    }),
  );
}

/** Of fields of an RGD or an instance: what takes them away from managers from whom Pulumi does not take them comes first. */
export function declaredRemedy(live: LiveObject, fields: readonly FieldChange[]): string {
  const managers = fields.flatMap(({ path }) => managersOf(live, parsePath(path)));
  const others = [...new Set(managers)].filter((manager) => !yieldsToPulumi(manager));
  const first = others.flatMap((manager) => releaseCommand(live, manager) ?? []);
  return first.length > 0 ? `${first.map((command) => `\`${command}\``).join("; ")}; then ${UP}` : UP;
}

import { type LiveObject, patchCommand } from "../../../packages/live/index.ts";

/** A command that takes one finalizer off an object, and does nothing where another is in its place by then. */
export function letGo(object: LiveObject, finalizer: string): string {
  const path = `/metadata/finalizers/${object.metadata.finalizers!.indexOf(finalizer)}`;
  const patch = [
    { op: "test", path, value: finalizer },
    { op: "remove", path },
  ];
  return `\`${patchCommand(object, patch)}\``;
}

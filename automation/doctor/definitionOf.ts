import type { Definition } from "../../packages/kro/index.ts";
import { plannedDefinitions } from "../../packages/kro-preview/index.ts";
import type { ManagedStack } from "../stack/index.ts";

/** The RGD that a stack's state has, which may be of another version, or with other options, than the one that is shipped. */
export function definitionOf(managed: ManagedStack): Definition | undefined {
  const [found] = plannedDefinitions(managed.revealed, () => {});
  return found?.after;
}

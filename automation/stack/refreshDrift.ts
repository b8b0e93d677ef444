import type { Drift } from "../../packages/kro-preview/index.ts";
import { waitAgain } from "./resume.ts";
import type { SelectedStack } from "./selection.ts";

/**
 * Has Pulumi look again at what is not as the last update left it, so that its next update puts that right. Changes the
 * stack's state alone, and of that nothing else. What the plugin can't ask for stays as it is, with an error.
 */
export async function refreshDrift(selected: SelectedStack, drifts: readonly Drift[]): Promise<void> {
  const target = drifts.map(({ urn }) => urn);
  await selected.stack.refresh({ target, configFile: selected.configFile, suppressProgress: true, showSecrets: false });
  // Whoever changed it need not have waited for it.
  await waitAgain(selected, target, "it was changed by somebody else, or by an update that was cut off");
}

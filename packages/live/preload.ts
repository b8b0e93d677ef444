/**
 * Begins to load what takes long to load of the Kubernetes client, for whoever waits for something else before it asks.
 * Whoever asks is told what is not installed.
 */
export function preload(): void {
  import("@kubernetes/client-node").catch(() => {});
}

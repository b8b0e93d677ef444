/**
 * Begins to load what takes long to load of EKS' and IAM's SDKs, for whoever waits for something else before it asks.
 * Whoever asks is told what is not installed.
 */
export function preloadAws(): void {
  import("@aws-sdk/client-eks").catch(() => {});
  import("@aws-sdk/client-iam").catch(() => {});
}

/**
 * Begins to load what takes long to load, for whoever waits for something else before it is needed. Whoever asks is told
 * what is not installed.
 *
 * @param aws - whether EKS and IAM are asked as well.
 */
export function preload({ aws }: { readonly aws: boolean }): void {
  import("@kubernetes/client-node").catch(() => {});
  if (!aws) return;
  import("@aws-sdk/client-eks").catch(() => {});
  import("@aws-sdk/client-iam").catch(() => {});
}

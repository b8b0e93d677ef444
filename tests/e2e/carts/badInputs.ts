/** Config that a real `pulumi preview` refuses, over that of every stack; null takes a key away. */
export const BAD_INPUTS: readonly [title: string, config: Readonly<Record<string, unknown>>, says: RegExp][] = [
  [
    "a request above its limit",
    { resources: { limits: { memory: "512Mi" } } },
    /resources\.requests\.memory is "1Gi", but .*set both/,
  ],
  [
    "a number for a tag",
    { imageVersion: "1.0 beta" },
    /carts-stack:imageVersion is "1.0 beta", but must be an image tag/,
  ],
  ["replicas in words", { replicas: "two" }, /carts-stack:replicas is "two", but must be a whole number, from 1 to/],
  ["keys for the pods", { environment: { AWS_PROFILE: "x" } }, /environment is "AWS_PROFILE", but would come before/],
  [
    "a context that isn't there",
    { context: "nowhere" },
    /context is "nowhere", but .* has no such context, but carts-sandbox/,
  ],
  [
    "a kubeconfig that isn't there",
    { kubeconfig: "/no/where" },
    /kubeconfig is "\/no\/where", but there is no such file/,
  ],
  [
    "an EKS cluster that isn't there",
    { context: undefined, clusterName: "nowhere" },
    /clusterName is "nowhere", but there is no such EKS cluster in us-west-2/,
  ],
  ["a role that isn't there", { roleName: "nowhere" }, /roleName is "nowhere", but there is no such IAM role/],
  [
    "a namespace that isn't there",
    { instanceNamespace: "nowhere" },
    /instanceNamespace is "nowhere", but the cluster has no such namespace/,
  ],
  [
    "another account",
    { "aws:allowedAccountIds": ["123456789012"] },
    /AWS account ID not allowed[\s\S]*say aws:profile, aws:region/,
  ],
];

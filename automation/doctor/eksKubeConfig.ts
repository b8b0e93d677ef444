import type { Cluster } from "@aws-sdk/client-eks";
import type { KubeConfig } from "@kubernetes/client-node";

/**
 * How an EKS cluster is reached that nothing else says of: the AWS CLI gets a token, as in what a stack's program makes.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/create-kubeconfig.html
 */
export async function eksKubeConfig(
  { name = "", endpoint = "", certificateAuthority }: Cluster,
  region: string,
  profile: string | undefined,
): Promise<KubeConfig> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  const args = ["--region", region, "eks", "get-token", "--cluster-name", name, "--output", "json"];
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command: "aws",
    args: [...args, ...(profile ? ["--profile", profile] : [])],
    env: null,
    interactiveMode: "IfAvailable",
  };
  config.loadFromClusterAndUser(
    {
      name,
      server: endpoint,
      ...(certificateAuthority?.data && { caData: certificateAuthority.data }),
      skipTLSVerify: false,
    },
    { name, exec },
  );
  return config;
}

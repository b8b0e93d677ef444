import type { CoreV1Api, V1Pod } from "@kubernetes/client-node";

/** Keys of a role's session, as the AWS SDK takes them. */
export interface PodCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

const AUDIENCE = "pods.eks.amazonaws.com";

/**
 * Gets a pod's credentials the way that its containers do: with a token of the pod's service account, from the Pod
 * Identity Agent, which asks EKS Auth.
 * @throws Error with the agent's answer when it refuses
 */
export async function podCredentials(pod: V1Pod, core: CoreV1Api, endpoint: string): Promise<PodCredentials> {
  const { namespace = "", name = "", uid = "" } = pod.metadata ?? {};
  const { status } = await core.createNamespacedServiceAccountToken({
    namespace,
    name: pod.spec?.serviceAccountName || "default",
    body: {
      spec: {
        audiences: [AUDIENCE],
        expirationSeconds: 3600,
        boundObjectRef: { kind: "Pod", apiVersion: "v1", name, uid },
      },
    },
  });
  const response = await fetch(new URL("/v1/credentials", endpoint), {
    headers: { authorization: status?.token ?? "" },
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Failed to load credentials from the Pod Identity Agent: ${text}`);
  const { AccessKeyId, SecretAccessKey, Token } = JSON.parse(text) as Record<string, string>;
  return { accessKeyId: AccessKeyId ?? "", secretAccessKey: SecretAccessKey ?? "", sessionToken: Token ?? "" };
}

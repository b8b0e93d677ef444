import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { CLUSTER_NAME, kubectl, sandbox } from "../kit/index.ts";

/** EKS Auth's answer to a pod: its credentials, or the name of the error. */
export type Answer = { readonly dynamodb: DynamoDB } | { readonly refused: string };

/** A pod of a service account. */
export interface PodChoice {
  readonly namespace: string;
  /** Default: any of the namespace. */
  readonly pod?: string;
  /** EKS cluster whose node asks. Default: the sandbox's. */
  readonly cluster?: string;
}

/** Asks EKS Auth as the Pod Identity Agent does, with a token of a pod's service account. */
export async function ask({ namespace, pod, cluster = CLUSTER_NAME }: PodChoice): Promise<Answer> {
  const name = pod ?? (await kubectl("get", "pods", "-n", namespace, "-o", "jsonpath={.items[0].metadata.name}"));
  const bound = ["--bound-object-kind=Pod", `--bound-object-name=${name}`, "--audience=pods.eks.amazonaws.com"];
  const token = (await kubectl("create", "token", "carts", "-n", namespace, ...bound)).trim();
  const args = ["eks-auth", "assume-role-for-pod-identity", "--cluster-name", cluster, "--token", token];
  const { code, stdout, stderr } = await sandbox.run("aws", [...args, "--output", "json"]);
  const [, refused] = /An error occurred \((\w+)\) when calling the AssumeRoleForPodIdentity/.exec(stderr) ?? [];
  if (refused) return { refused };
  if (code !== 0) throw new Error(stderr);
  const { accessKeyId, secretAccessKey, sessionToken } = JSON.parse(stdout).credentials;
  return { dynamodb: new DynamoDB({ credentials: { accessKeyId, secretAccessKey, sessionToken }, maxAttempts: 1 }) };
}

/** A DynamoDB client with a pod's credentials. */
export async function clientOf(namespace: string): Promise<DynamoDB> {
  const answer = await ask({ namespace });
  if ("refused" in answer) throw new Error(`EKS Auth refuses the pod of ${namespace}: ${answer.refused}`);
  return answer.dynamodb;
}

import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  EKSClient,
  ListPodIdentityAssociationsCommand,
  UpdatePodIdentityAssociationCommand,
} from "@aws-sdk/client-eks";
import type { V1Pod } from "@kubernetes/client-node";
import { CLUSTER_NAME as clusterName, type TestSandbox, until } from "./kit/index.ts";

const serviceAccount = "carts";
const roleArn = (name: string): string => `arn:aws:iam::000000000000:role/${name}`;
const CREDENTIALS_URI = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

/** EKS's associations in one namespace. */
export class Association {
  readonly #eks = new EKSClient();
  readonly #namespace: string;

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  async id(): Promise<string | undefined> {
    const { associations = [] } = await this.#eks.send(new ListPodIdentityAssociationsCommand({ clusterName }));
    return associations.find(({ namespace }) => namespace === this.#namespace)?.associationId;
  }

  async create(role: string): Promise<void> {
    const pair = { namespace: this.#namespace, serviceAccount };
    await this.#eks.send(new CreatePodIdentityAssociationCommand({ clusterName, roleArn: roleArn(role), ...pair }));
  }

  /** Creates it as soon as EKS lets one; gives the refusals before. */
  async createAtLast(role: string): Promise<string[]> {
    const refusals: string[] = [];
    await until("there is an association", async () => {
      try {
        await this.create(role);
        return true;
      } catch (error) {
        refusals.push(`${(error as Error).name}: ${(error as Error).message}`);
        return false;
      }
    });
    return refusals;
  }

  async update(role: string): Promise<void> {
    const associationId = await this.id();
    await this.#eks.send(
      new UpdatePodIdentityAssociationCommand({ clusterName, associationId, roleArn: roleArn(role) }),
    );
  }

  async delete(): Promise<void> {
    await this.#eks.send(new DeletePodIdentityAssociationCommand({ clusterName, associationId: await this.id() }));
  }
}

/** A namespace of the sandbox's cluster, seen with kubectl. */
export class Namespace {
  readonly #sandbox: TestSandbox;
  readonly name: string;
  readonly kubectl: (...args: string[]) => Promise<string>;

  constructor(sandbox: TestSandbox, name: string) {
    this.#sandbox = sandbox;
    this.name = name;
    this.kubectl = sandbox.cluster.kubectl;
  }

  /** Makes it, and the service account in it. */
  async create(): Promise<void> {
    await this.kubectl("create", "namespace", this.name);
    await this.kubectl("create", "serviceaccount", serviceAccount, "-n", this.name);
  }

  /** Makes a pod of the service account, with more variables if need be; gives it as the API server let it in. */
  async run(pod: string, env: Readonly<Record<string, string>> = {}): Promise<V1Pod> {
    const variables = Object.entries(env).map(([name, value]) => `--env=${name}=${value}`);
    const overrides = `--overrides=${JSON.stringify({ spec: { serviceAccountName: serviceAccount } })}`;
    await this.kubectl("run", pod, "-n", this.name, "--image=example.com/x", overrides, ...variables);
    return this.pod(pod);
  }

  async pod(pod: string): Promise<V1Pod> {
    return JSON.parse(await this.kubectl("get", "pod", pod, "-n", this.name, "-o", "json"));
  }

  /** Waits until a pod is what is asked of it. */
  async podThat(pod: string, what: string, is: (found: V1Pod) => boolean): Promise<V1Pod> {
    return until(`pod ${pod} ${what}`, async () => {
      const found = await this.pod(pod);
      return is(found) && found;
    });
  }

  /** Whether the API server would inject variables into a new pod by now. */
  async isInEffect(): Promise<boolean> {
    const map = ["get", "configmap", "eks-pod-identity-associations", "-n", "kube-system", "-o", "json"];
    return `${this.name}.${serviceAccount}` in (JSON.parse(await this.kubectl(...map)).data ?? {});
  }

  /** ARN of the session that a pod's containers would get now. */
  async sessionOf(pod: string): Promise<string> {
    const bound = ["--bound-object-kind=Pod", `--bound-object-name=${pod}`];
    const audience = "--audience=pods.eks.amazonaws.com";
    const token = await this.kubectl("create", "token", serviceAccount, "-n", this.name, audience, ...bound);
    const url = new URL("/v1/credentials", this.#sandbox.env.AWS_ENDPOINT_URL);
    const response = await fetch(url, { headers: { authorization: token.trim() } });
    if (!response.ok) throw new Error(await response.text());
    const { AccessKeyId, SecretAccessKey, Token } = (await response.json()) as Record<string, string>;
    const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
    const credentials = { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: Token! };
    return (await new STSClient({ credentials }).send(new GetCallerIdentityCommand())).Arn!;
  }
}

export const hasCredentials = ({ spec }: V1Pod): boolean =>
  spec!.containers[0]!.env?.some(({ name }) => name === CREDENTIALS_URI) ?? false;

export const isReady = ({ status }: V1Pod): boolean =>
  status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;

export const isCrashing = ({ status }: V1Pod): boolean =>
  status?.containerStatuses?.[0]?.state?.waiting?.reason === "CrashLoopBackOff";

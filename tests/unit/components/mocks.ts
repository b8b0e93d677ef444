import { runtime } from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";

/** What the program asked the engine for. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  /** The whole request, with what Pulumi's own mocks leave out: URNs it depends on, resource options. */
  readonly request: RegisterResourceRequest;
}

/** The run that the program is in. */
export interface Run {
  readonly preview?: boolean;
  /** Outputs of the stack's resources after its last update, by URN. */
  readonly previous?: Readonly<Record<string, object>>;
  /** Told of every function that is asked for, by its token. */
  readonly onCall?: (token: string) => void;
}

/** Replaces the engine by one that answers everything at once, and returns what is declared from then on. */
export async function declare({ preview = false, previous = {}, onCall }: Run = {}): Promise<Declared[]> {
  const declared: Declared[] = [];
  const state = Object.fromEntries(Object.entries(previous).map(([urn, outputs]) => [urn, { outputs }]));
  const inputsOf = new Map<string, Record<string, unknown>>();
  await runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        inputsOf.set(`${type} ${name}`, inputs);
        return { id: `${name}-id`, state: { ...inputs, ...outputsOf(type, inputs) } };
      },
      call: ({ token, inputs }) => {
        onCall?.(token);
        return token === READ_STATE ? { outputs: state } : (ANSWERS[token]?.(inputs) ?? {});
      },
    },
    "carts-stack",
    "test",
    preview,
    "organization",
  );
  const monitor = runtime.getMonitor() as unknown as Monitor;
  const { registerResource } = monitor;
  monitor.registerResource = async (request, callback) => {
    await registerResource.call(monitor, request, callback);
    const [type, name] = [request.getType(), request.getName()];
    declared.push({ type, name, inputs: inputsOf.get(`${type} ${name}`)!, request });
  };
  return declared;
}

interface Monitor {
  registerResource(request: RegisterResourceRequest, callback: (...answer: unknown[]) => void): Promise<void>;
}

const READ_STATE = "pulumi:pulumi:readStackResourceOutputs";
const ACCOUNT = "111122223333";

function outputsOf(type: string, inputs: Record<string, unknown>): Record<string, unknown> {
  switch (type) {
    case "aws:iam/role:Role":
      return { arn: `arn:aws:iam::${ACCOUNT}:role/${inputs.name}` };
    case "aws:eks/podIdentityAssociation:PodIdentityAssociation":
      return { associationId: "a-0123456789abcdefg" };
    case "kubernetes:kro.run/v1alpha1:CartsStack":
      return { status: { tableARN: "arn:of:table", serviceEndpoint: "http://carts.carts-kro.svc.cluster.local" } };
    case "eks:index:Cluster":
      return { kubeconfigJson: "{}" };
    default:
      return {};
  }
}

const ANSWERS: Record<string, (inputs: Record<string, unknown>) => Record<string, unknown>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({ accountId: ACCOUNT }),
  "aws:index/getPartition:getPartition": () => ({ partition: "aws" }),
  "aws:index/getRegion:getRegion": () => ({ region: "us-west-2" }),
  "aws:iam/getRole:getRole": ({ name }) => ({ arn: `arn:aws:iam::${ACCOUNT}:role/${name}` }),
  "aws:eks/getCluster:getCluster": ({ name }) => ({
    endpoint: `https://${name}.example`,
    certificateAuthorities: [{ data: "Q0E=" }],
  }),
};

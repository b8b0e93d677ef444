import { tmpdir } from "node:os";
import { join } from "node:path";
import { CustomResource, log, type Output, type ResourceTransform, runtime } from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";

// No developer's own cluster is ever asked.
process.env.KUBECONFIG = join(tmpdir(), "no-such-kubeconfig");

/** What the program asked the engine for. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly inputs: Record<string, unknown>;
  /** The whole request, with what Pulumi's own mocks leave out: URNs it depends on, resource options. */
  readonly request: RegisterResourceRequest;
}

/** The run that the program is in. */
export interface Run {
  readonly preview?: boolean;
  /** Outputs of the stack's resources after its last update, by URN. */
  readonly previous?: Readonly<Record<string, object>>;
  /** Outputs of a resource beside its inputs, and beside what the mocks know; by its type. */
  readonly outputs?: Readonly<Record<string, object>>;
  /** What functions answer in place of what the mocks know, by their token; an Error is thrown. */
  readonly answers?: Readonly<Record<string, object>>;
  /** Told of every function that is asked for, by its token. */
  readonly onCall?: (token: string) => void;
  /** What a function that is asked for fails with, by its token; of a list, one thing each time, and then no more. */
  readonly failures?: Readonly<Record<string, string | readonly string[]>>;
  /** Told of every warning. */
  readonly onWarning?: (message: string) => void;
  /** Told of what the program says beside. */
  readonly onInfo?: (message: string) => void;
}

/** A resource of the program's own, whose `name` is one of its outputs: unknown in a preview. */
export class Other extends CustomResource {
  static readonly type = "test:index:Other";
  declare readonly name: Output<string>;
  constructor(name = "other") {
    super(Other.type, name, { name: undefined });
  }
}

/** Replaces the engine by one that answers everything at once, and returns what is declared from then on. */
export async function declare({
  preview = false,
  previous = {},
  outputs = {},
  answers = {},
  failures = {},
  onCall,
  onWarning,
  onInfo,
}: Run = {}): Promise<Declared[]> {
  const declared: Declared[] = [];
  const state = Object.fromEntries(Object.entries(previous).map(([urn, outputs]) => [urn, { outputs }]));
  Object.assign(log, {
    warn: async (message: string) => onWarning?.(message),
    info: async (message: string) => onInfo?.(message),
  });
  const inputsOf = new Map<string, Record<string, unknown>>();
  const times = new Map<string, number>();
  await runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        inputsOf.set(`${type} ${name}`, inputs);
        return { id: `${name}-id`, state: { ...inputs, ...outputsOf(type, inputs), ...outputs[type] } };
      },
      call: ({ token, inputs }) => {
        onCall?.(token);
        // An error of gRPC's has its words there.
        const answer = answers[token];
        if (answer instanceof Error) throw Object.assign(answer, { details: answer.message });
        if (answer) return answer;
        const failure = failures[token];
        const asked = (times.get(token) ?? 0) + 1;
        times.set(token, asked);
        const details = typeof failure === "object" ? failure[asked - 1] : failure;
        if (details !== undefined) throw Object.assign(new Error(details), { details });
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
  const transformsOf = new Map<string, readonly ResourceTransform[]>();
  monitor.registerResource = async (request, callback) => {
    let urn = "";
    // As the engine has it: a resource's own transforms first, then those of its parents.
    const own = request.getTransformsList().map((transform) => monitor.transformCallbacks.get(transform.getToken())!);
    const transforms = [...own, ...(transformsOf.get(request.getParent()) ?? [])];
    for (const transform of transforms) await transformInputs(request, transform);
    await registerResource.call(monitor, request, (error, answer) => {
      urn = (answer as { getUrn(): string } | undefined)?.getUrn() ?? "";
      transformsOf.set(urn, transforms);
      callback(error, answer);
    });
    const [type, name] = [request.getType(), request.getName()];
    declared.push({ type, name, urn, inputs: inputsOf.get(`${type} ${name}`)!, request });
  };
  return declared;
}

/**
 * What the program fails with: the messages that Pulumi's host would print, each error once, as it does. Returns when the
 * first is there and all that follows from it.
 *
 * @param isDone - ends it as well: it has not failed. Default never.
 */
export async function failures(program: () => void, isDone: () => boolean = () => false): Promise<string[]> {
  const others = process.listeners("unhandledRejection");
  const errors = new Set<unknown>();
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (error) => errors.add(error));
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  try {
    program();
    while (errors.size === 0 && !isDone()) await turn();
  } finally {
    // What the program has begun goes on for a while, also where it threw: not into the next one.
    for (let i = 0; i < 50; i++) await turn();
    process.removeAllListeners("unhandledRejection");
    for (const listener of others) process.on("unhandledRejection", listener);
  }
  return [...errors].map((error) => (error as Error).message);
}

async function transformInputs(request: RegisterResourceRequest, transform: ResourceTransform): Promise<void> {
  const [type, name, custom] = [request.getType(), request.getName(), request.getCustom()];
  const props = request.getObject()?.toJavaScript() ?? {};
  const result = await transform({ type, name, custom, props, opts: {} });
  if (result) request.setObject(struct.Struct.fromJavaScript(result.props as Record<string, never>));
}

interface Monitor {
  readonly transformCallbacks: ReadonlyMap<string, ResourceTransform>;
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
    case "kubernetes:apps/v1:Deployment":
      return { spec: { template: { spec: { containers: ["ui", "web"].map((name) => ({ name })) } } } };
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

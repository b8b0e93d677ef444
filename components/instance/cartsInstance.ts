import {
  CustomResource,
  type CustomResourceOptions,
  type Input,
  interpolate,
  type Output,
  output,
} from "@pulumi/pulumi";
import { adopted } from "../adoption.ts";
import type { ResolvedArgs } from "../args.ts";
import { childrenThatMayFail } from "../definition/cartsDefinition.ts";
import {
  API_VERSION,
  type CartsStackSpec,
  type CartsStackStatus,
  DONE,
  type IdentitySpec,
  KIND,
} from "../definition/cartsSchema.ts";
import { explainWait } from "../explainWait.ts";
import { derive, deriveWhole } from "../given.ts";
import type { Passed } from "../guards/passGuards.ts";
import type { CartsIdentity } from "../identity/cartsIdentity.ts";
import { OWNER, ownStack } from "../owner.ts";
import type { ChildOptions } from "../resources.ts";
import { tagsOf } from "../tags.ts";
import { identitySpec } from "./identitySpec.ts";
import { MADE_ANEW, marksOf } from "./marks.ts";
import { tellPlainSecrets } from "./plainSecrets.ts";
import { revisionOfInstance } from "./revision.ts";
import { servedPart } from "./servedPart.ts";

/** Arguments of {@link CartsInstance}, as Kubernetes writes an object. */
interface CartsInstanceArgs {
  readonly metadata: { name: Input<string>; namespace: Input<string>; annotations?: Input<Record<string, string>> };
  readonly spec: Input<InstanceSpec>;
}

/** `identity` is undefined where the API has no such field. */
type InstanceSpec = Inputs<Omit<CartsStackSpec, "identity">> & { readonly identity: Input<IdentitySpec | undefined> };

type Inputs<T> = { readonly [K in keyof T]: Input<T[K]> };

/**
 * The CartsStack custom resource. `apiextensions.CustomResource` would do to declare it; a class of its own gives
 * `status`, which the outputs come from.
 */
export class CartsInstance extends CustomResource {
  declare readonly spec: Output<CartsStackSpec>;
  declare readonly status: Output<CartsStackStatus>;

  constructor(name: string, args: CartsInstanceArgs, opts: CustomResourceOptions) {
    const inputs = { apiVersion: API_VERSION, kind: KIND, ...args, status: undefined };
    super(`kubernetes:${API_VERSION}:${KIND}`, name, inputs, opts);
  }
}

/**
 * What Pulumi waits for. Ready is what counts: of all of them, only a condition names the generation that it is about.
 * The others come first because Pulumi shows what it finds there, and so what the wait is for.
 */
const waitFor = (isAck: boolean): readonly string[] => [
  ...["table", ...(isAck ? ["role", "association"] : []), "pods"].map(
    (part) => `jsonpath={.status.missing.${part}}=${DONE}`,
  ),
  "condition=Ready",
];

/**
 * Declares the instance, and waits until kro reports it Ready in its present generation: every child of this change
 * rolled out and synced. An earlier generation's status never counts.
 */
export function createInstance(
  name: string,
  args: ResolvedArgs,
  { passed, identity }: { readonly passed: Promise<Passed>; readonly identity: CartsIdentity },
  opts: ChildOptions,
): CartsInstance {
  const served = passed.then((guards) => guards.served);
  // What is wrong is said by those who wait for the guards.
  passed.then(() => tellPlainSecrets(args.environment, opts.parent)).catch(() => {});
  const spec: InstanceSpec = {
    tableName: args.tableName,
    namespace: args.namespace,
    serviceAccount: args.serviceAccount,
    image: args.image,
    imageVersion: derive([args.imageVersion], (version) => version.split("@")[0]!),
    imageDigest: derive([args.imageDigest], (digest) => digest ?? ""),
    replicas: args.replicas,
    resources: args.resources,
    environment: deriveWhole(args.environment, (all) => sorted(all).map(([name, value]) => ({ name, value }))),
    environmentFrom: deriveWhole(args.environmentFrom, (all) =>
      sorted(all).map(([name, value]) => ({ name, ...value })),
    ),
    namespaceLabels: deriveWhole(args.namespaceLabels, (all) => ({ ...all })),
    namespaceAnnotations: deriveWhole(args.namespaceAnnotations, (all) => ({ ...all })),
    tags: deriveWhole(tagsOf(args), (all) => sorted(all).map(([key, value]) => ({ key, value }))),
    tableProtection: args.tableProtection,
    tableKmsKey: args.tableKmsKey,
    tableTtlAttribute: args.tableTtlAttribute,
    tableOnDestroy: args.tableOnDestroy,
    revision: passed.then((guards) => revisionOfInstance(guards.served, guards.identities ?? ["pulumi"])),
    identity: identitySpec(args, identity, passed),
  };
  const instance = new CartsInstance(
    name,
    {
      metadata: {
        name: args.instanceName,
        namespace: args.instanceNamespace,
        annotations: marksOf(opts.parent, name).then((marks) => ({
          "pulumi.com/waitFor": JSON.stringify(waitFor(args.identity === "ack")),
          [OWNER]: ownStack(),
          ...marks,
        })),
      },
      spec: args.createDefinition ? spec : servedPart(spec, served),
    },
    {
      ...opts,
      ...adopted(`kubernetes:${API_VERSION}:${KIND}`, name),
      customTimeouts: args.timeouts,
      // The API server refuses to change these in place; the new instance has the old one's name.
      replaceOnChanges: ["spec.tableName", "spec.namespace", `metadata.annotations["${MADE_ANEW}"]`],
      deleteBeforeReplace: true,
    },
  );
  const { instanceNamespace, instanceName, timeouts } = args;
  const awaited = () => ({
    kind: KIND,
    id: interpolate`${instanceNamespace}/${instanceName}`,
    children: output(args.namespace).apply(childrenThatMayFail),
    timeouts: [timeouts.create, timeouts.update],
  });
  explainWait(instance, awaited, opts);
  return instance;
}

/** Entries by name, so that the order in a config file makes no difference. */
const sorted = <T>(entries: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1));

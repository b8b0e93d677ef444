import { createRequire } from "node:module";
import { InitFailedError } from "../plugin/initFailedError.ts";
import type * as plugin from "../plugin/resourceProvider.ts";
import { type Properties, unknownValue } from "../plugin/values.ts";
import { accessEntry } from "./accessEntry.ts";
import { accessPolicyAssociation } from "./accessPolicyAssociation.ts";
import { addon } from "./addon.ts";
import { AwsClients } from "./awsClients.ts";
import type { AwsContext, AwsResource } from "./awsResource.ts";
import { capability } from "./capability.ts";
import { eksCluster } from "./eksCluster.ts";
import { functions } from "./functions.ts";
import { instanceProfile } from "./instanceProfile.ts";
import { podIdentityAssociation } from "./podIdentityAssociation.ts";
import { type ProviderConfig, readProviderConfig, refusedKeys } from "./providerConfig.ts";
import { checkInputs, derivedSecrets, diffResource, inputsOf, planOutputs } from "./resourcePlan.ts";
import { propagationMilliseconds, retryWhile } from "./retry.ts";
import { role } from "./role.ts";
import { rolePolicy } from "./rolePolicy.ts";
import { rolePolicyAttachment } from "./rolePolicyAttachment.ts";
import { StandInError } from "./standInError.ts";

const resources: Readonly<Record<string, AwsResource>> = Object.fromEntries(
  [
    ...[role, rolePolicy, rolePolicyAttachment, instanceProfile, podIdentityAssociation],
    ...[eksCluster, capability, accessEntry, accessPolicyAssociation, addon],
  ].map((resource) => [resource.type, resource]),
);

/** Pulumi's `aws` provider as far as this project uses it, against an AWS endpoint on this machine. */
export class AwsProvider implements plugin.ResourceProvider {
  readonly name = "aws";
  readonly version: string = createRequire(import.meta.url)("@pulumi/aws/package.json").version;
  readonly #propagationMilliseconds: number;
  #configured?: { clients: AwsClients; config: ProviderConfig };

  /** `options.propagationMilliseconds` is how long to wait for IAM and EKS to agree, 2 minutes by default. */
  constructor(options: { propagationMilliseconds?: number } = {}) {
    this.#propagationMilliseconds = options.propagationMilliseconds ?? propagationMilliseconds;
  }

  async checkConfig({ inputs }: plugin.CheckRequest): Promise<plugin.CheckResult> {
    return { inputs, failures: refusedKeys(inputs).map(({ key, reason }) => ({ property: key, reason })) };
  }

  async configure({ args }: plugin.ConfigureRequest): Promise<void> {
    const config = readProviderConfig(args);
    const clients = new AwsClients(config);
    const restricted = config.allowedAccountIds.length > 0 || config.forbiddenAccountIds.length > 0;
    if (restricted || !config.skipCredentialsValidation) {
      const { Account = "" } = await (await clients.sts()).getCallerIdentity({});
      const allowed = config.allowedAccountIds.length === 0 || config.allowedAccountIds.includes(Account);
      if (!allowed || config.forbiddenAccountIds.includes(Account))
        throw new Error(`AWS account ID not allowed: ${Account}`);
    }
    this.#configured = { clients, config };
  }

  async check(request: plugin.CheckRequest): Promise<plugin.CheckResult> {
    return checkInputs(resourceOf(request.type), request, this.#context(request).config);
  }

  async diff(request: plugin.DiffRequest): Promise<plugin.DiffResult> {
    return diffResource(resourceOf(request.type), request, this.#context(request).config);
  }

  async create({ type, inputs, secrets, preview, signal }: plugin.CreateRequest): Promise<plugin.CreateResult> {
    const resource = resourceOf(type);
    const context = this.#context({ signal });
    const planned = planOutputs(resource, inputs, context.config);
    const derived = { secrets: derivedSecrets(secrets) };
    if (preview) return { ...derived, outputs: { ...unknowns(resource.computed), ...planned, id: unknownValue } };
    const { id, outputs } = await resource.create(planned, context);
    if (outputs) return { ...derived, id, outputs: { ...outputs, id } };
    try {
      await resource.ready?.(id, planned, context);
      return { ...derived, id, outputs: { ...(await readNew(resource, id, planned, context)), id } };
    } catch (error) {
      // It exists: its state must be kept.
      const message = (error as Error).message;
      throw new InitFailedError(message, { id, inputs, outputs: { ...planned, id }, reasons: [message], ...derived });
    }
  }

  async read({
    type,
    id,
    oldInputs,
    oldOutputs,
    secrets,
    signal,
  }: plugin.ReadRequest): Promise<plugin.ReadResult | undefined> {
    const resource = resourceOf(type);
    const live = await resource.read(id, oldOutputs, this.#context({ signal }));
    if (!live) return undefined;
    const inputs = inputsOf(resource, live.outputs, oldInputs);
    return { id: live.id, outputs: { ...live.outputs, id: live.id }, inputs, secrets: derivedSecrets(secrets) };
  }

  async update(request: plugin.UpdateRequest): Promise<plugin.UpdateResult> {
    const { type, id, inputs, oldOutputs, preview } = request;
    const resource = resourceOf(type);
    const context = this.#context(request);
    const planned = planOutputs(resource, inputs, context.config);
    const secrets = derivedSecrets(request.secrets);
    if (!preview) {
      const outputs = await resource.update(id, oldOutputs, planned, context);
      await resource.ready?.(id, planned, context);
      return { secrets, outputs: { ...outputs, id } };
    }
    const kept = Object.fromEntries(resource.computed.map((name) => [name, oldOutputs[name]]));
    return { secrets, outputs: { ...kept, ...unknowns(resource.volatile ?? []), ...planned, id } };
  }

  async delete({ type, id, oldOutputs, signal }: plugin.DeleteRequest): Promise<void> {
    await resourceOf(type).delete(id, oldOutputs, this.#context({ signal }));
  }

  async invoke({ token, args, signal }: plugin.InvokeRequest): Promise<plugin.InvokeResult> {
    const call = functions[token];
    if (!call) throw new StandInError(`the function ${token} is not implemented`);
    const unknown = Object.keys(args).find((name) => !call.args.includes(name) && args[name] !== undefined);
    if (unknown) throw new StandInError(`${token}: the argument ${JSON.stringify(unknown)} is not implemented`);
    return { value: await call.run(args, this.#context({ signal })) };
  }

  #context({ signal }: { signal: AbortSignal }): AwsContext {
    if (!this.#configured) throw new Error("the aws provider is not configured");
    return { ...this.#configured, signal, propagationMilliseconds: this.#propagationMilliseconds };
  }
}

function resourceOf(type: string): AwsResource {
  const resource = resources[type];
  if (!resource) throw new StandInError(`the resource type ${type} is not implemented`);
  return resource;
}

/** Reads a resource that was just made, and may not be visible everywhere yet. */
async function readNew(
  resource: AwsResource,
  id: string,
  planned: Properties,
  context: AwsContext,
): Promise<Properties> {
  const invisible = new Error(`${resource.type} ${id} was created but cannot be found`);
  const read = async () => {
    const live = await resource.read(id, planned, context);
    if (!live) throw invisible;
    return live.outputs;
  };
  const { signal, propagationMilliseconds: timeoutMilliseconds } = context;
  return retryWhile(read, (error) => error === invisible, { signal, timeoutMilliseconds });
}

function unknowns(names: readonly string[]): Properties {
  return Object.fromEntries(names.map((name) => [name, unknownValue]));
}

import type grpc from "@grpc/grpc-js";
import pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as wire from "@pulumi/pulumi/proto/provider_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import type { Calls } from "./calls.ts";
import { setEngineAddress } from "./engineLog.ts";
import { type PropertyChange, propertyChanges, topLevelName, withoutIgnored } from "./propertyDiff.ts";
import { formatPath, type PropertyPath } from "./propertyPath.ts";
import type {
  Autonaming,
  CheckRequest,
  CheckResult,
  DiffRequest,
  DiffResult,
  ResourceProvider,
} from "./resourceProvider.ts";
import { toStatus } from "./status.ts";
import { decode, encode } from "./values.ts";

/** What a handler works with besides the message: the cancel signal, and a place for the paths of the request's secrets. */
interface Context {
  readonly signal: AbortSignal;
  secrets: readonly PropertyPath[];
}

/** The gRPC service that a provider amounts to. Methods that are not here answer UNIMPLEMENTED. */
export function implementation(provider: ResourceProvider, calls: Calls): grpc.UntypedServiceImplementation {
  const unary =
    <Request, Response>(
      handle: (request: Request, context: Context) => Promise<Response>,
    ): grpc.handleUnaryCall<Request, Response> =>
    (call, respond) => {
      const caller = new AbortController();
      call.on("cancelled", () => caller.abort(new Error("cancelled")));
      const context = { secrets: [] as readonly PropertyPath[], signal: caller.signal };
      calls
        .run(caller.signal, (signal) => handle(call.request, Object.assign(context, { signal })))
        .then(
          (response) => respond(null, response),
          (error: unknown) => respond(toStatus(error, context.secrets)),
        );
    };

  return {
    handshake: unary(async (request: wire.ProviderHandshakeRequest) => {
      setEngineAddress(request.getEngineAddress());
      return new proto.ProviderHandshakeResponse().setAcceptSecrets(true).setSupportsAutonamingConfiguration(true);
    }),
    attach: unary(async (request: pluginProto.PluginAttach) => {
      setEngineAddress(request.getAddress());
      return new emptyProto.Empty();
    }),
    getPluginInfo: unary(async () => new pluginProto.PluginInfo().setVersion(provider.version)),
    getSchema: unary(async () => {
      const schema = await provider.schema?.();
      const { name, version } = provider;
      return new proto.GetSchemaResponse().setSchema(schema ?? JSON.stringify({ name, version }));
    }),
    cancel: unary(async () => {
      calls.cancel();
      return new emptyProto.Empty();
    }),

    checkConfig: unary(async (message: wire.CheckRequest, context) => {
      const request = checkRequest(message, context);
      return checkResponse((await provider.checkConfig?.(request)) ?? { inputs: request.inputs }, context);
    }),
    diffConfig: unary(async (message: wire.DiffRequest, context) => {
      const request = diffRequest(message, context);
      const changes = propertyChanges(request.oldInputs, request.inputs);
      return diffResponse((await provider.diffConfig?.(request)) ?? { changes }, request);
    }),
    configure: unary(async (message: wire.ConfigureRequest, { signal }) => {
      await provider.configure({ args: decode(message.getArgs()).values, signal });
      const response = new proto.ConfigureResponse();
      return response.setAcceptsecrets(true).setSupportspreview(true).setSupportsAutonamingConfiguration(true);
    }),

    check: unary(async (message: wire.CheckRequest, context) =>
      checkResponse(await provider.check(checkRequest(message, context)), context),
    ),
    diff: unary(async (message: wire.DiffRequest, context) => {
      const request = diffRequest(message, context);
      return diffResponse(await provider.diff(request), request);
    }),
    create: unary(async (message: wire.CreateRequest, context) => {
      const { values: inputs, secrets } = decode(message.getProperties());
      context.secrets = secrets;
      const result = await provider.create({
        ...resourceOf(message, context),
        inputs,
        secrets,
        preview: message.getPreview(),
        timeoutSeconds: message.getTimeout() || undefined,
      });
      const response = new proto.CreateResponse().setId(result.id ?? "");
      return response.setProperties(encode(result.outputs, [...secrets, ...(result.secrets ?? [])]));
    }),
    read: unary(async (message: wire.ReadRequest, context) => {
      const outputs = decode(message.getProperties());
      const inputs = decode(message.getInputs());
      context.secrets = [...inputs.secrets, ...outputs.secrets];
      const result = await provider.read({
        ...resourceOf(message, context),
        id: message.getId(),
        oldOutputs: outputs.values,
        oldInputs: inputs.values,
        secrets: context.secrets,
        timeoutSeconds: message.getTimeout() || undefined,
      });
      const response = new proto.ReadResponse();
      // An answer without an id says that the resource is gone.
      if (!result) return response;
      response.setId(result.id).setInputs(encode(result.inputs, inputs.secrets));
      return response.setProperties(encode(result.outputs, [...context.secrets, ...(result.secrets ?? [])]));
    }),
    update: unary(async (message: wire.UpdateRequest, context) => {
      const { values: inputs, secrets } = decode(message.getNews());
      context.secrets = secrets;
      const result = await provider.update({
        ...resourceOf(message, context),
        id: message.getId(),
        oldInputs: decode(message.getOldInputs()).values,
        oldOutputs: decode(message.getOlds()).values,
        inputs,
        secrets,
        ignoreChanges: message.getIgnorechangesList(),
        preview: message.getPreview(),
        timeoutSeconds: message.getTimeout() || undefined,
      });
      const outputs = encode(result.outputs, [...secrets, ...(result.secrets ?? [])]);
      return new proto.UpdateResponse().setProperties(outputs);
    }),
    delete: unary(async (message: wire.DeleteRequest, context) => {
      await provider.delete({
        ...resourceOf(message, context),
        id: message.getId(),
        oldInputs: decode(message.getOldInputs()).values,
        oldOutputs: decode(message.getProperties()).values,
        timeoutSeconds: message.getTimeout() || undefined,
      });
      return new emptyProto.Empty();
    }),
    invoke: unary(async (message: wire.InvokeRequest, { signal }) => {
      const { values: args } = decode(message.getArgs());
      const result = await provider.invoke({ token: message.getTok(), args, preview: message.getPreview(), signal });
      const response = new proto.InvokeResponse().setReturn(encode(result.value));
      return response.setFailuresList(checkFailures(result.failures));
    }),
  };
}

function resourceOf(message: { getUrn(): string }, { signal }: Context) {
  const urn = message.getUrn();
  const [, , qualifiedType = "", ...name] = urn.split("::");
  return { urn, type: qualifiedType.split("$").at(-1) ?? "", name: name.join("::"), signal };
}

function checkRequest(message: wire.CheckRequest, context: Context): CheckRequest {
  const inputs = decode(message.getNews());
  context.secrets = inputs.secrets;
  const autonaming = message.getAutonaming();
  const modes: Record<number, Autonaming["mode"]> = { 0: "propose", 1: "enforce", 2: "disable" };
  return {
    ...resourceOf(message, context),
    oldInputs: decode(message.getOlds()).values,
    inputs: inputs.values,
    secrets: inputs.secrets,
    randomSeed: message.getRandomseed_asU8(),
    autonaming: autonaming && {
      mode: modes[autonaming.getMode()] ?? "propose",
      proposedName: autonaming.getProposedName(),
    },
  };
}

function checkResponse(result: CheckResult, { secrets }: Context): wire.CheckResponse {
  const response = new proto.CheckResponse().setFailuresList(checkFailures(result.failures));
  return response.setInputs(encode(result.inputs, [...secrets, ...(result.secrets ?? [])]));
}

function checkFailures(failures: CheckResult["failures"] = []): wire.CheckFailure[] {
  return failures.map(({ property, reason }) => new proto.CheckFailure().setProperty(property).setReason(reason));
}

function diffRequest(message: wire.DiffRequest, context: Context): DiffRequest {
  return {
    ...resourceOf(message, context),
    id: message.getId(),
    oldInputs: decode(message.getOldInputs()).values,
    oldOutputs: decode(message.getOlds()).values,
    inputs: decode(message.getNews()).values,
    ignoreChanges: message.getIgnorechangesList(),
  };
}

function diffResponse(result: DiffResult, request: DiffRequest): wire.DiffResponse {
  const changes = withoutIgnored(result.changes, request.ignoreChanges);
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  const response = new proto.DiffResponse().setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setDeletebeforereplace(result.deleteBeforeReplace ?? false).setHasdetaileddiff(true);
  const nameOf = result.pathsOnly ? ({ path }: PropertyChange) => formatPath(path) : topLevelName;
  if (!result.pathsOnly) response.setDiffsList([...new Set(changes.map(nameOf))]);
  response.setReplacesList([...new Set(changes.filter(({ replace }) => replace).map(nameOf))]);
  for (const change of changes) {
    const detail = new proto.PropertyDiff().setKind(changeKind(change)).setInputdiff(change.inputDiff ?? true);
    response.getDetaileddiffMap().set(formatPath(change.path), detail);
  }
  return response;
}

function changeKind({ kind, replace }: PropertyChange): wire.PropertyDiff.Kind {
  const { Kind } = proto.PropertyDiff;
  if (kind === "add") return replace ? Kind.ADD_REPLACE : Kind.ADD;
  if (kind === "delete") return replace ? Kind.DELETE_REPLACE : Kind.DELETE;
  return replace ? Kind.UPDATE_REPLACE : Kind.UPDATE;
}

import assert from "node:assert/strict";
import { credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import statusProto from "@pulumi/pulumi/proto/status_pb.js";
import { Calls } from "../../sandbox/standins/plugin/calls.ts";
import { InitFailedError } from "../../sandbox/standins/plugin/initFailedError.ts";
import { propertyChanges, withoutIgnored } from "../../sandbox/standins/plugin/propertyDiff.ts";
import { formatPath, parsePath } from "../../sandbox/standins/plugin/propertyPath.ts";
import type { ResourceProvider } from "../../sandbox/standins/plugin/resourceProvider.ts";
import { implementation } from "../../sandbox/standins/plugin/service.ts";
import { decode, encode, type Properties, secret, unknownValue } from "../../sandbox/standins/plugin/values.ts";

const urn = "urn:pulumi:dev::project::parent:index:Parent$fake:index:Thing::thing";

describe("the plumbing of the stand-in plugins", () => {
  describe("property paths", () => {
    it("read what they write", () => {
      const paths = [
        ["a"],
        ["a", "b", 0, "c"],
        ["labels", "app.kubernetes.io/name"],
        ["x", 'say "hi"'],
        ["list", 3, 4],
      ];
      for (const path of paths) assert.deepEqual(parsePath(formatPath(path)), path);
      assert.equal(formatPath(["labels", "a.b"]), 'labels["a.b"]');
      assert.deepEqual(parsePath("spec.containers[*].image"), ["spec", "containers", "*", "image"]);
      assert.throws(() => parsePath("a[1"), /cannot read it from character 2 on/);
    });
  });

  describe("property changes", () => {
    it("are found at the deepest paths, and ignored by pattern", () => {
      const before = { same: 1, list: [{ v: 1 }, { v: 2 }], gone: "x", nothing: null };
      const after = { same: 1, list: [{ v: 1 }, { v: 3 }], more: { deep: true } };
      const changes = propertyChanges(before, after);
      const shown = changes.map(({ path, kind }) => `${kind} ${formatPath(path)}`);
      assert.deepEqual(shown, ["update list[1].v", "delete gone", "add more"]);
      assert.equal(withoutIgnored(changes, ["list[*].v", "more"]).length, 1);
    });
  });

  describe("values", () => {
    it("keep numbers, nulls, unknowns and secrets over the wire", () => {
      const sent = {
        n: 1.5,
        none: null,
        list: [1, null, { s: secret("hush") }],
        later: unknownValue,
        skipped: undefined,
      };
      const { values, secrets } = decode(encode(sent));
      assert.deepEqual(values, { n: 1.5, none: null, list: [1, null, { s: "hush" }], later: unknownValue });
      assert.deepEqual(secrets, [["list", 2, "s"]]);
    });

    it("stay secret at the nearest place when their own is gone", () => {
      const secretsOf = (values: Properties) => decode(encode(values, [["a", 1, "b"]])).secrets;
      assert.deepEqual(secretsOf({ a: [{}, { b: "x" }] }), [["a", 1, "b"]]);
      assert.deepEqual(secretsOf({ a: [{}] }), [["a"]]);
      assert.deepEqual(secretsOf({ a: "x" }), [["a"]]);
      assert.deepEqual(secretsOf({ other: "x" }), []);
    });
  });

  describe("the gRPC service", () => {
    const unused = () => Promise.reject(new Error("unused"));
    const provider: ResourceProvider = {
      name: "fake",
      version: "1.2.3",
      configure: async () => {},
      check: async ({ inputs }) => ({ inputs, failures: [{ property: "p", reason: "because" }] }),
      diff: async ({ oldInputs, inputs }) => ({
        changes: propertyChanges(oldInputs, inputs).map((change) => ({ ...change, replace: change.path[0] === "key" })),
      }),
      create: async ({ inputs, type, name, timeoutSeconds = 0 }) => {
        const state = { id: "id-1", inputs, outputs: { ...inputs, type, name, timeoutSeconds } };
        if (inputs.broken) throw new InitFailedError("not ready", { ...state, reasons: ["no pods"] });
        return state;
      },
      read: async () => undefined,
      update: unused,
      delete: unused,
      invoke: unused,
    };
    const server = new Server();
    let client: InstanceType<typeof services.ResourceProviderClient>;

    before(async () => {
      server.addService(services.ResourceProviderService, implementation(provider, new Calls()));
      const insecure = ServerCredentials.createInsecure();
      const port = await new Promise<number>((resolve, reject) =>
        server.bindAsync("127.0.0.1:0", insecure, (error, bound) => (error ? reject(error) : resolve(bound))),
      );
      client = new services.ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    });
    after(() => {
      client.close();
      server.forceShutdown();
    });

    /** Calls a method of the service. */
    const call = <Request, Response>(
      method: (request: Request, done: (error: Error | null, response: Response) => void) => unknown,
      message: Request,
    ) =>
      new Promise<Response>((resolve, reject) =>
        method.call(client, message, (error, response) => (error ? reject(error) : resolve(response))),
      );

    it("says that it takes secrets, and refuses what it does not serve", async () => {
      const handshake = await call<
        InstanceType<typeof proto.ProviderHandshakeRequest>,
        InstanceType<typeof proto.ProviderHandshakeResponse>
      >(client.handshake, new proto.ProviderHandshakeRequest());
      assert.equal(handshake.getAcceptSecrets(), true);
      const unserved = call<InstanceType<typeof proto.ConstructRequest>, unknown>(
        client.construct,
        new proto.ConstructRequest(),
      );
      await assert.rejects(unserved, /UNIMPLEMENTED/);
    });

    it("passes type, name and timeout, and gives secret inputs back as secret outputs", async () => {
      const message = new proto.CreateRequest().setUrn(urn).setTimeout(60);
      message.setProperties(encode({ plain: 1, password: secret("hush") }));
      const response = await call<typeof message, InstanceType<typeof proto.CreateResponse>>(client.create, message);
      const { values, secrets } = decode(response.getProperties());
      const expected = { plain: 1, password: "hush", type: "fake:index:Thing", name: "thing", timeoutSeconds: 60 };
      assert.deepEqual([response.getId(), values, secrets], ["id-1", expected, [["password"]]]);
    });

    it("hands over the state of a resource that is made but not ready", async () => {
      const message = new proto.CreateRequest().setUrn(urn).setProperties(encode({ broken: true }));
      const error: unknown = await call<typeof message, unknown>(client.create, message).catch(
        (reason: unknown) => reason,
      );
      const { metadata } = error as { metadata: { get(name: string): Uint8Array[] } };
      const status = statusProto.Status.deserializeBinary(metadata.get("grpc-status-details-bin")[0]!);
      const [detail] = status.getDetailsList();
      assert.equal(detail?.getTypeName(), "pulumirpc.ErrorResourceInitFailed");
      const failure = proto.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
      assert.deepEqual([failure.getId(), failure.getReasonsList()], ["id-1", ["no pods"]]);
    });

    it("reports differences in detail, without those of ignoreChanges", async () => {
      const message = new proto.DiffRequest().setUrn(urn).setIgnorechangesList(["tags.a"]);
      message.setOldInputs(encode({ key: "k", tags: { a: "1", b: "1" } }));
      message.setNews(encode({ key: "l", tags: { a: "2", b: "2" } }));
      const response = await call<typeof message, InstanceType<typeof proto.DiffResponse>>(client.diff, message);
      assert.deepEqual(response.getDiffsList(), ["key", "tags"]);
      assert.deepEqual(response.getReplacesList(), ["key"]);
      const kinds = response.getDetaileddiffMap().toObject(false, proto.PropertyDiff.toObject);
      assert.deepEqual(kinds.map(([path]) => path).sort(), ["key", "tags.b"]);
    });

    it("answers a read without an id when the resource is gone", async () => {
      const message = new proto.ReadRequest().setUrn(urn).setId("id-1");
      const response = await call<typeof message, InstanceType<typeof proto.ReadResponse>>(client.read, message);
      assert.equal(response.getId(), "");
    });
  });
});

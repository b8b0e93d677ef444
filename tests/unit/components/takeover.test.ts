import assert from "node:assert/strict";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { type ComponentResource, type ComponentResourceOptions, type ProviderResource, runtime } from "@pulumi/pulumi";
import type { CartsStackArgs } from "../../../components/args.ts";
import { CartsApi, type CartsApiArgs } from "../../../components/cartsApi.ts";
import { CartsStack } from "../../../components/cartsStack.ts";
import { definition as spec } from "../../../components/definition/cartsDefinition.ts";
import type { FakeApiServer } from "../live/fakeApiServer.ts";
import { cartsServer } from "./cartsServer.ts";
import { declare, failures, Other, type Run } from "./mocks.ts";

const KRO = "kro.run/v1alpha1";
const STACK = "carts-stack:index:CartsStack";
const START = "urn:pulumi:test::carts-stack::";
const OWN = "organization/carts-stack/test";
const INSTANCE_URN = `${START}${STACK}$kubernetes:${KRO}:CartsStack::carts`;
const DEFINITION_URN = `${START}${STACK}$kubernetes:${KRO}:ResourceGraphDefinition::carts-definition`;

const SPEC = { tableName: "c-carts-kro", namespace: "carts-kro", tableOnDestroy: "retain", serviceAccount: "carts" };
const instance = (name = "carts-kro", spec = SPEC) => ({ metadata: { name, namespace: "default" }, spec });
const PREVIOUS = { [INSTANCE_URN]: instance(), [DEFINITION_URN]: { metadata: { name: "cartsstack" } } };

/** Labels of kro's on what it makes of an instance. */
const partOf = (name: string, namespace = "default") => ({
  "kro.run/instance-kind": "CartsStack",
  "kro.run/instance-name": name,
  "kro.run/instance-namespace": namespace,
});

describe("what is in the cluster and not in the stack's state", () => {
  let server: FakeApiServer;
  let kubeconfig: string;

  const put = (apiVersion: string, kind: string, metadata: object & { name: string }, more = {}) =>
    server.put({ apiVersion, kind, metadata, ...more });
  const definition = (owner?: string) =>
    put(
      KRO,
      "ResourceGraphDefinition",
      { name: "cartsstack", ...(owner && { annotations: { "carts-stack/owner": owner } }) },
      { spec, status: { conditions: [{ type: "Ready", status: "True" }] } },
    );

  beforeEach(async () => {
    server = cartsServer();
    kubeconfig = (await server.start()).exportConfig();
  });
  afterEach(() => server.stop());

  /** What is refused of a CartsStack, "" for nothing, what is warned of, and what was declared underneath. */
  async function attempt(
    {
      args = {},
      make,
      ...run
    }: Run & { args?: Partial<CartsStackArgs>; make?: (opts: ComponentResourceOptions) => ComponentResource } = {},
    provider: () => ProviderResource = () => new Provider("cluster", { kubeconfig }),
  ) {
    const warnings: string[] = [];
    const declared = await declare({ ...run, onWarning: (message) => warnings.push(message) });
    let isDone = false;
    const program = () => {
      const opts = { providers: { kubernetes: provider() } };
      const component = make?.(opts) ?? new CartsStack("carts", { clusterName: "c", ...args }, opts);
      const last =
        component instanceof CartsStack ? component.nodes.instance.urn : (component as CartsApi).definitionName;
      last.apply(() => {
        isDone = true;
      });
    };
    const errors = await failures(program, () => isDone);
    if (errors.length === 0) await runtime.disconnect();
    assert.ok(errors.length <= 1, errors.join("\n\n"));
    const under = declared.filter(
      ({ type }) => !type.startsWith("pulumi:providers") && !type.startsWith("carts-stack:"),
    );
    if (errors.length > 0) assert.deepEqual(under, [], "nothing underneath is declared");
    return { error: errors[0] ?? "", warnings, under: under.length };
  }

  it("is not looked at where the stack has all that it needs", async () => {
    const { error, under } = await attempt({ previous: PREVIOUS, args: { imageVersion: "1.4.0" } });
    assert.equal(error, "");
    assert.ok(under > 0);
    assert.deepEqual(server.requests, []);
  });

  it("is in nobody's way where there is nothing", async () => {
    const { error, warnings } = await attempt();
    assert.deepEqual([error, warnings], ["", []]);
    assert.ok(server.requests.some((path) => path.endsWith("/namespaces/carts-kro")));
  });

  it("is the RGD of another stack: refused in preview and update, with its owner and the ways on", async () => {
    definition("organization/carts-stack/other");
    for (const preview of [true, false]) {
      const { error } = await attempt({ preview });
      assert.match(
        error,
        /^nothing was changed: ResourceGraphDefinition cartsstack exists, and is the stack organization\/carts-stack\/other's: /,
      );
      assert.match(error, /Set createDefinition to false .*`pulumi state move`/);
      assert.doesNotMatch(error, /carts adopt/, "what another stack has is not for taking");
      assert.match(
        error,
        /\n {2}kubectl annotate --overwrite rgd cartsstack carts-stack\/owner=organization\/carts-stack\/test$/,
      );
    }
    assert.equal((await attempt({ args: { createDefinition: false } })).error, "");
    assert.match(
      (await attempt({ make: (opts) => new CartsApi("api", {}, opts) })).error,
      /^nothing was changed: ResourceGraphDefinition/,
    );
  });

  it("is an RGD that says nothing of its owner: a stranger's, unless the state has it", async () => {
    definition();
    const { error } = await attempt();
    assert.match(
      error,
      /exists, and nothing says that it is this stack's.*`carts adopt` takes over what was made by hand/,
    );
    assert.equal((await attempt({ previous: PREVIOUS })).error, "");
  });

  it("is this stack's own under another name, to Pulumi another resource: refused, with the way on", async () => {
    definition(OWN);
    // As the fake server has made it; the component was called otherwise, and has no alias.
    const metadata = { name: "cartsstack", uid: JSON.stringify([KRO, "ResourceGraphDefinition", null, "cartsstack"]) };
    const urn = `${START}${STACK}$kubernetes:${KRO}:ResourceGraphDefinition::before-definition`;
    const { error } = await attempt({ previous: { [urn]: { metadata } } });
    assert.match(
      error,
      /^nothing was changed: the ResourceGraphDefinition of this stack has another name in its state: /,
    );
    assert.ok(error.endsWith(`\n  pulumi state rename '${urn}' <new name>`), error);
    const previous = { [urn]: { metadata } };
    const api = (args: CartsApiArgs) => attempt({ previous, make: (opts) => new CartsApi("api", args, opts) });
    assert.match((await api({})).error, /has another name in its state/);
    assert.equal((await api({ takeOverFrom: "before" })).error, "");
    // It was waited for in vain.
    assert.equal((await attempt({ previous: { [`${DEFINITION_URN}-waiting`]: { metadata } } })).error, "");
  });

  it("is this stack's own by what a run declared that was killed", async () => {
    definition(OWN);
    put(KRO, "CartsStack", {
      name: "carts-kro",
      namespace: "default",
      annotations: { "carts-stack/owner": OWN },
    } as never);
    put("v1", "Namespace", { name: "carts-kro", labels: partOf("carts-kro") } as never);
    put(
      "dynamodb.services.k8s.aws/v1alpha1",
      "Table",
      { name: "carts-table", namespace: "carts-kro", labels: partOf("carts-kro") } as never,
      { spec: SPEC },
    );
    assert.equal((await attempt()).error, "");
    assert.equal((await attempt({ make: (opts) => new CartsApi("api", {}, opts) })).error, "");
  });

  it("is the instance of another stack, also where an instance gets its name", async () => {
    put(KRO, "CartsStack", {
      name: "blue",
      namespace: "default",
      annotations: { "carts-stack/owner": "organization/carts-stack/other" },
    } as never);
    const refused =
      /^nothing was changed: CartsStack default\/blue exists, and is the stack organization\/carts-stack\/other's: .*Set instanceName/;
    const names = {
      instanceName: "blue",
      namespace: "carts-kro",
      tableName: "c-carts-kro",
      roleScope: "cluster",
    } as const;
    assert.match((await attempt({ args: names })).error, refused);
    assert.match((await attempt({ args: names, previous: PREVIOUS })).error, refused);
  });

  it("is a namespace that kro did not make for this instance", async () => {
    put("v1", "Namespace", { name: "carts" });
    put("v1", "Namespace", { name: "blue", labels: partOf("blue", "team-b") } as never);
    const { error } = await attempt({ args: { namespace: "carts" } });
    assert.match(
      error,
      /^nothing was changed: namespace is "carts", but a Namespace carts exists, which kro did not make: .* deleted with everything in it\. Set namespace to another name/,
    );
    const moved = await attempt({ args: { namespace: "carts" }, previous: PREVIOUS, preview: true });
    assert.equal(moved.error, error);
    const twin = await attempt({ args: { instanceName: "blue", instanceNamespace: "team-a" } });
    assert.match(twin.error, /a Namespace blue exists, which kro made for CartsStack team-b\/blue: /);
  });

  it("is its own namespace where an instance is renamed, which goes before the new one comes", async () => {
    put("v1", "Namespace", { name: "carts-kro", labels: partOf("carts-kro") } as never);
    const names = {
      instanceName: "shop",
      namespace: "carts-kro",
      tableName: "c-carts-kro",
      roleScope: "cluster",
    } as const;
    assert.equal((await attempt({ args: names, previous: PREVIOUS })).error, "");
  });

  it("is a service account of somebody else in the namespace that it has", async () => {
    const previous = PREVIOUS;
    put("v1", "ServiceAccount", { name: "builder", namespace: "carts-kro" } as never);
    put("v1", "ServiceAccount", { name: "shopper", namespace: "carts-kro", labels: partOf("carts-kro") } as never);
    const { error } = await attempt({ args: { serviceAccount: "builder" }, previous });
    assert.match(
      error,
      /^nothing was changed: serviceAccount is "builder", but a ServiceAccount carts-kro\/builder exists, which kro did not make: /,
    );
    for (const serviceAccount of ["shopper", "new"]) {
      assert.equal((await attempt({ args: { serviceAccount }, previous })).error, "");
    }
  });

  it("is the table of another instance", async () => {
    put(
      "dynamodb.services.k8s.aws/v1alpha1",
      "Table",
      { name: "carts-table", namespace: "blue", labels: partOf("blue") } as never,
      { spec: { tableName: "c-carts-blue" } },
    );
    put("dynamodb.services.k8s.aws/v1alpha1", "Table", { name: "orders", namespace: "orders" } as never, {
      spec: { tableName: "c-carts-orders" },
    });
    const { error } = await attempt({ args: { tableName: "c-carts-blue" }, previous: PREVIOUS });
    assert.match(
      error,
      /^nothing was changed: tableName is "c-carts-blue", but that is the table of another instance, which kro made for CartsStack default\/blue: /,
    );
    assert.equal((await attempt({ args: { tableName: "c-carts-orders" }, previous: PREVIOUS })).error, "");
  });

  it("is not looked at where the cluster can't be reached: a warning says so, and for what", async () => {
    for (const preview of [true, false]) {
      const nowhere = () => new Provider("cluster", { kubeconfig: "/no/such/file" });
      const { error, warnings, under } = await attempt({ preview }, nowhere);
      assert.equal(error, "");
      assert.ok(under > 0);
      assert.equal(warnings.length, 1);
      assert.match(
        warnings[0]!,
        /^did not look in the cluster \(.*\/no\/such\/file.*\) for ResourceGraphDefinition cartsstack, CartsStack default\/carts-kro, Namespace carts-kro, /,
      );
    }
  });

  it("is said to be missed one by one, where only some of it may be seen", async () => {
    put("v1", "Namespace", { name: "carts-kro" });
    const tables = "/apis/dynamodb.services.k8s.aws/v1alpha1/tables";
    server.refused.set(tables, 403);
    assert.match((await attempt()).error, /a Namespace carts-kro exists/);
    const { error, warnings } = await attempt({ args: { namespace: "shop" } });
    assert.equal(error, "");
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /\(.*HTTP 403.*\) for other instances of the table c-carts-kro: /);
  });

  it("is looked at again where the API server is in trouble for a moment", async () => {
    put("v1", "Namespace", { name: "carts" });
    let failures = 2;
    server.refused.get = (path) => (path === "/api/v1/namespaces/carts" && failures-- > 0 ? 503 : undefined);
    const { error, warnings } = await attempt({ args: { namespace: "carts" } });
    assert.match(error, /a Namespace carts exists/);
    assert.deepEqual(warnings, []);
  });

  it("is nothing where the cluster is yet to be made", async () => {
    const later = () => new Provider("cluster", { kubeconfig: new Other().name });
    const { error, warnings } = await attempt({ preview: true }, later);
    assert.deepEqual([error, warnings], ["", []]);
    assert.deepEqual(server.requests, []);
  });

  it("is not judged by names that are unknown in a preview", async () => {
    put("v1", "Namespace", { name: "carts-kro" });
    const { error } = await attempt({ preview: true, args: { namespace: new Other("later").name } });
    assert.equal(error, "");
  });
});

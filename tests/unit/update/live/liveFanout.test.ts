import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { kubeConfigOf, type ResourceState, readState, type StackState } from "../../../../automation/stack/index.ts";
import { LiveFanout } from "../../../../automation/update/live/liveFanout.ts";
import { FakeApiServer } from "../../live/fakeApiServer.ts";

const RGD = {
  apiVersion: "kro.run/v1alpha1",
  kind: "ResourceGraphDefinition",
  metadata: { name: "shops" },
  spec: {
    schema: { apiVersion: "v1", kind: "Shop", group: "shop.example.com", spec: { text: "string" } },
    resources: [
      {
        id: "config",
        template: {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: "shop-config" },
          data: { text: "${schema.spec.text}" },
        },
      },
    ],
  },
};
const INPUTS = {
  apiVersion: "shop.example.com/v1",
  kind: "Shop",
  metadata: { name: "one", namespace: "default" },
  spec: { text: "hello" },
};
const TYPE = "kubernetes:shop.example.com/v1:Shop";
const urn = (type: string, name: string) => `urn:pulumi:dev::p::${type}::${name}`;

describe("an instance whose RGD another stack has made", () => {
  const { KUBECONFIG } = process.env;
  let server: FakeApiServer;
  let fanout: LiveFanout;
  let notes: string[];
  /** When there is a note. */
  let told: Promise<void>;
  let heard: () => void;
  let provider: { readonly urn: string; readonly type: string; readonly inputs: { readonly kubeconfig: string } };
  let changed: () => void;
  /** The stack before the update. */
  let state: StackState;

  beforeEach(async () => {
    delete process.env.KUBECONFIG;
    server = new FakeApiServer();
    const kubeconfig = (await server.start()).exportConfig();
    server.serve("v1", "ConfigMap", "configmaps");
    server.serve("kro.run/v1alpha1", "ResourceGraphDefinition", "resourcegraphdefinitions", false);
    server.serve("shop.example.com/v1", "Shop", "shops");
    server.put(RGD);
    const type = "pulumi:providers:kubernetes";
    provider = { urn: urn(type, "own"), type, inputs: { kubeconfig } };
    notes = [];
    told = new Promise((resolve) => {
      heard = resolve;
    });
    changed = () => {};
    state = {};
    fanout = new LiveFanout({
      project: "p",
      stack: "dev",
      kubeConfig: (plan, of) => kubeConfigOf(plan, { cwd: "/nowhere" }, undefined, of),
      state: {
        get resources() {
          return state.resources;
        },
      } as StackState,
      onChange: () => changed(),
      note: (text) => {
        notes.push(text);
        heard();
      },
    });
  });
  afterEach(() => {
    if (KUBECONFIG !== undefined) process.env.KUBECONFIG = KUBECONFIG;
    fanout.stop();
    server.stop();
  });

  const event = (op: string, type: string, name: string, inputs: object, of = provider.urn) =>
    fanout.onEvent({
      resourcePreEvent: {
        metadata: { op, type, urn: urn(type, name), provider: `${of}::1`, new: { inputs } },
      },
    } as never);

  const stateOf = (...resources: readonly ResourceState[]) =>
    readState(
      { resources: resources.map((one) => ({ ...one, custom: true, id: "1", provider: `${provider.urn}::1` })) },
      "p",
      "dev",
    );

  const states = () =>
    fanout
      .snapshot()
      .instances.map(({ kind, id, phase, children }) => [
        kind,
        id,
        phase,
        ...children.map((child) => [child.kind, child.name, child.phase]),
      ]);

  /** When the instances are in these states, by a change that was told. */
  const until = (...wanted: unknown[]) =>
    new Promise<void>((resolve) => {
      changed = () => {
        if (JSON.stringify(states()) === JSON.stringify(wanted)) resolve();
      };
      changed();
    });

  it("is followed while it is updated, also in a group of its own", async () => {
    event("same", provider.type, "own", provider.inputs);
    event("create", TYPE, "shop", INPUTS);
    await until(["Shop", "default/one", "absent", ["ConfigMap", "shop-config", "absent"]]);
    const conditions = [{ type: "Ready", status: "True" }];
    server.put({ ...INPUTS, status: { conditions } });
    server.put({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "shop-config", namespace: "default" } });
    await until(["Shop", "default/one", "ready", ["ConfigMap", "shop-config", "ready"]]);
    assert.deepEqual(notes, []);
  });

  it("is told of once it is as the update declares it, and when asked for anew", async () => {
    const config = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "shop-config", namespace: "default" } };
    const told = () => {
      const evidence = fanout.evidenceOf(urn(TYPE, "shop"));
      return evidence?.objects.map(({ kind }) => kind);
    };
    server.put({ ...INPUTS, spec: { text: "before" } });
    server.put(config);
    event("same", provider.type, "own", provider.inputs);
    event("update", TYPE, "shop", INPUTS);
    await fanout.answered();
    assert.equal(told(), undefined);
    assert.equal(await fanout.freshEvidenceOf(urn(TYPE, "shop")), undefined);
    server.put({ ...INPUTS, spec: { ...INPUTS.spec, filledIn: true } });
    assert.deepEqual(
      (await fanout.freshEvidenceOf(urn(TYPE, "shop")))!.objects.map(({ kind }) => kind),
      ["Shop", "ConfigMap"],
    );
    await until(["Shop", "default/one", "progressing", ["ConfigMap", "shop-config", "ready"]]);
    assert.deepEqual(told(), ["Shop", "ConfigMap"]);
    assert.equal(fanout.evidenceOf(urn("aws:iam/role:Role", "role")), undefined);
    server.refused.set("/apis/shop.example.com/v1/namespaces/default/shops/one", 500);
    await assert.rejects(fanout.freshEvidenceOf(urn(TYPE, "shop")));
  });

  it("is followed in a replacement as well: what goes, and then what comes", async () => {
    const step = (op: string, sides: object) =>
      fanout.onEvent({
        resourcePreEvent: {
          metadata: { op, type: TYPE, urn: urn(TYPE, "shop"), provider: `${provider.urn}::1`, ...sides },
        },
      } as never);
    const next = { ...INPUTS, spec: { text: "next" } };
    const going = { ...INPUTS.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" };
    server.put({ ...INPUTS, metadata: going });
    event("same", provider.type, "own", provider.inputs);
    step("delete-replaced", { old: { inputs: INPUTS } });
    await until(["Shop", "default/one", "deleting", ["ConfigMap", "shop-config", "absent"]]);
    assert.equal(fanout.evidenceOf(urn(TYPE, "shop"))?.objects.length, 1);
    step("create-replacement", { old: { inputs: INPUTS }, new: { inputs: next } });
    await fanout.answered();
    assert.equal(fanout.evidenceOf(urn(TYPE, "shop")), undefined, "what goes is not what comes");
    server.put(next);
    await until(["Shop", "default/one", "progressing", ["ConfigMap", "shop-config", "absent"]]);
    assert.equal(fanout.evidenceOf(urn(TYPE, "shop"))?.objects.length, 1);
  });

  it("is known to an update that fails at once", async () => {
    server.put({ ...INPUTS, status: { conditions: [{ type: "Ready", status: "False", message: "no" }] } });
    event("same", provider.type, "own", provider.inputs);
    event("create", TYPE, "shop", INPUTS);
    const before = fanout.snapshot();
    assert.deepEqual([before.objects, before.instances], [[], []], "nobody has looked yet");
    await fanout.answered();
    assert.deepEqual(
      fanout.snapshot().instances.map(({ reason }) => reason),
      ["no"],
    );
  });

  it("is not followed in the cluster of another, of the same name", async () => {
    server.put({ ...INPUTS, status: { conditions: [{ type: "Ready", status: "True" }] } });
    const west = urn(provider.type, "west");
    const elsewhere = { kubeconfig: provider.inputs.kubeconfig.replaceAll(server.url, "http://127.0.0.1:1") };
    event("same", provider.type, "own", provider.inputs);
    event("same", provider.type, "west", elsewhere);
    event("create", TYPE, "shop", { ...INPUTS, metadata: { name: "two" } });
    event("create", TYPE, "west", INPUTS, west);
    await fanout.answered();
    assert.deepEqual(states(), [["Shop", "default/two", "absent", ["ConfigMap", "shop-config", "absent"]]]);
    assert.deepEqual(notes, [
      "Shop default/one is in another cluster (provider west), and was not looked at: one command looks into one cluster.",
    ]);
  });

  it("is no more spoken of after the end", async () => {
    server.refused.set("/apis/kro.run/v1alpha1/resourcegraphdefinitions", "never");
    event("same", provider.type, "own", provider.inputs);
    event("delete", TYPE, "shop", INPUTS);
    while (!server.requests.some((path) => path.includes("resourcegraphdefinitions"))) await setImmediate();
    fanout.stop();
    await fanout.answered();
    assert.deepEqual(notes, []);
  });

  it("is not looked at where the cluster is not known, and the note tells why", async () => {
    const { urn: of, type } = provider;
    const unknown = { urn: of, type, inputs: { kubeconfig: "/nowhere" } };
    await fanout.followState(stateOf(unknown, { urn: urn(TYPE, "shop"), type: TYPE, inputs: INPUTS }));
    assert.match(notes.join("\n"), /^What kro does can't be shown: there is no kubeconfig \/nowhere/);
  });

  it("is followed where Pulumi masks its name, which the state has", async () => {
    const inputs = { ...INPUTS, metadata: { ...INPUTS.metadata, namespace: "[secret]" } };
    state = { resources: [{ urn: urn(TYPE, "shop"), type: TYPE, inputs: INPUTS }] };
    event("same", provider.type, "own", provider.inputs);
    fanout.onEvent({
      resourcePreEvent: {
        metadata: {
          ...{ op: "update", type: TYPE, urn: urn(TYPE, "shop"), provider: `${provider.urn}::1` },
          ...{ old: { inputs }, new: { inputs }, detailedDiff: { "spec.text": {} } },
        },
      },
    } as never);
    await until(["Shop", "default/one", "absent", ["ConfigMap", "shop-config", "absent"]]);
    assert.deepEqual(notes, []);
  });

  it("is among those of a state", async () => {
    await fanout.followState(stateOf(provider, { urn: urn(TYPE, "shop"), type: TYPE, inputs: INPUTS }));
    assert.deepEqual(states(), [["Shop", "default/one", "absent", ["ConfigMap", "shop-config", "absent"]]]);
  });

  it("is followed as far as somebody may see it, and they are told what they may not", async () => {
    server.refused.set("/api/v1/namespaces/default/configmaps", 403);
    event("same", provider.type, "own", provider.inputs);
    event("create", TYPE, "shop", INPUTS);
    await told;
    assert.match(notes.join("\n"), /^ConfigMap default\/shop-config can't be seen: .*HTTP 403.*\.$/);
    server.put({ ...INPUTS, status: { conditions: [{ type: "Ready", status: "True" }] } });
    await until(["Shop", "default/one", "ready", ["ConfigMap", "shop-config", "absent"]]);
  });

  it("is not followed without a word where RGDs may not be read", async () => {
    server.refused.set("/apis/kro.run/v1alpha1/resourcegraphdefinitions", 403);
    await fanout.followState(stateOf(provider, { urn: urn(TYPE, "shop"), type: TYPE, inputs: INPUTS }));
    assert.match(notes.join("\n"), /^RGDs of other stacks can't be looked at: .*HTTP 403/m);
  });
});

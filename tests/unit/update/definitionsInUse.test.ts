import assert from "node:assert/strict";
import { type ResourceState, readState } from "../../../automation/stack/state.ts";
import { definitionInUse } from "../../../automation/update/definitionsInUse.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";
import { type FakePulumi, fakePulumi } from "../stack/fakePulumi.ts";

const API = "kro.run/v1alpha1";
const urn = (type: string, name: string) => `urn:pulumi:dev::p::${type}::${name}`;
const PROVIDER = urn("pulumi:providers:kubernetes", "cluster");
const SCHEMA = { apiVersion: "v1alpha1", kind: "Shop" };

describe("an RGD that others use", () => {
  const server = new FakeApiServer();
  let pulumi: FakePulumi;
  let kubeconfig: string;
  let notes: string[];

  before(async () => {
    kubeconfig = (await server.start()).exportConfig();
    pulumi = await fakePulumi({});
  });
  beforeEach(() => {
    notes = [];
    server.refused.clear();
  });
  after(async () => {
    server.stop();
    await pulumi.remove();
  });

  const resource = (kind: string, name: string, others: Partial<ResourceState> = {}): ResourceState => {
    const type = `kubernetes:${API}:${kind}`;
    return { urn: urn(type, name), type, custom: true, id: name, provider: `${PROVIDER}::1`, ...others };
  };
  const definition = (others: Partial<ResourceState> = {}) =>
    resource("ResourceGraphDefinition", "rgd", {
      inputs: { metadata: { name: "shops" }, spec: { schema: SCHEMA, resources: [] } },
      ...others,
    });
  const instance = (name: string) =>
    resource("Shop", name, { inputs: { apiVersion: API, kind: "Shop", metadata: { name, namespace: "n" } } });
  const causeFor = (resources: readonly ResourceState[], inputs: object = { kubeconfig }, command = "destroy") => {
    const provider = { urn: PROVIDER, type: "pulumi:providers:kubernetes", custom: true, id: "1", inputs };
    const { revealed } = readState({ resources: [provider as ResourceState, ...resources] }, "p", "dev");
    const look = { stack: "dev", cwd: pulumi.cwd, note: (text: string) => notes.push(text) };
    return definitionInUse(command as "up" | "destroy", revealed, look);
  };

  it("is found where there are instances that the stack does not have, and only there", async () => {
    server.serve("v1", "Pod", "pods");
    server.serve(API, "Shop", "shops");
    server.put({ apiVersion: API, kind: "Shop", metadata: { name: "mine", namespace: "n" } });
    assert.equal(await causeFor([definition(), instance("mine")]), undefined);
    server.put({ apiVersion: API, kind: "Shop", metadata: { name: "theirs", namespace: "n" } });
    const cause = await causeFor([definition(), instance("mine")]);
    assert.equal(cause!.name, "definition-in-use");
    assert.match(cause!.message, /^ResourceGraphDefinition shops would be deleted, .*: Shop n\/theirs\. .*Nothing was/);
    assert.deepEqual(notes, []);
  });

  it("is not looked for where the stack has none, or only forgets it", async () => {
    const asked = server.requests.length;
    assert.equal(await causeFor([instance("mine")]), undefined);
    assert.equal(await causeFor([definition({ retainOnDelete: true }), instance("mine")]), undefined);
    assert.equal(server.requests.length, asked);
  });

  it("names ten, and how many more there are", async () => {
    for (let i = 10; i < 22; i++) {
      server.put({ apiVersion: API, kind: "Shop", metadata: { name: `x${i}`, namespace: "n" } });
    }
    assert.match((await causeFor([definition(), instance("mine")]))!.message, /n\/x18 and 3 more\. kro/);
  });

  it("may be there where nobody may look, and is not looked for where the cluster isn't there", async () => {
    server.refused.set(`/apis/${API}/shops`, 403);
    const cause = await causeFor([definition()]);
    assert.deepEqual([cause!.name, cause!.object], ["definition-in-use", "ResourceGraphDefinition shops"]);
    assert.match(cause!.message, /can't be told: .*Nothing was changed: run this as somebody who may list them/);
    const nowhere = { kubeconfig: kubeconfig.replace(/127\.0\.0\.1:\d+/, "127.0.0.1:2") };
    assert.equal(await causeFor([definition()], nowhere), undefined);
    assert.match(notes.join(), /^Of the RGD shops, instances of other stacks were not looked for: .*ECONNREFUSED/);
  });
});

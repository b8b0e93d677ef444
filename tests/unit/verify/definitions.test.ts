import assert from "node:assert/strict";
import { definitionsIn, expectedOf } from "../../../automation/verify/expected.ts";
import type { PlannedChange } from "../../../packages/kro-preview/pulumi/plan.ts";
import { clusterClient } from "../../../packages/live/kubernetesClient.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";

const PATH = "/apis/kro.run/v1alpha1/resourcegraphdefinitions";

describe("the RGDs of other stacks that verify goes by", () => {
  let server: FakeApiServer;
  let told: string[];

  beforeEach(() => {
    server = new FakeApiServer();
    told = [];
  });
  afterEach(() => server.stop());

  /** What can't be told of a stack, after the cluster was asked. */
  async function notes(changes: readonly PlannedChange[] = [], timeout = 15): Promise<readonly string[]> {
    const cluster = clusterClient(await server.start(), new AbortController().signal, timeout);
    const others = await definitionsIn(cluster, (text) => told.push(text));
    const plan = { project: "p", stack: "dev", changes };
    const stack = { masked: plan, revealed: plan, resources: [], pending: [] };
    return (await expectedOf(stack, others)).notes;
  }

  it("are none in a cluster without kro", async () => {
    assert.deepEqual([await notes(), told], [[], []]);
  });

  it("are none for who may not list them, who is told so", async () => {
    server.serve("kro.run/v1alpha1", "ResourceGraphDefinition", "resourcegraphdefinitions", false);
    server.refused.set(PATH, 403);
    assert.deepEqual(await notes(), []);
    assert.match(told.join(), /^note: RGDs of other stacks may not be read.*HTTP 403: somebody cannot GET/);
  });

  it("may be what a custom resource is an instance of, where they may not be listed", async () => {
    server.serve("kro.run/v1alpha1", "ResourceGraphDefinition", "resourcegraphdefinitions", false);
    const type = "kubernetes:shop.example.com/v1:Shop";
    const shop = { urn: "urn:shop", type, name: "shop", action: "same", before: {}, after: {}, changed: [] } as const;
    const change = { ...shop, retained: false, imported: false, provider: undefined };
    assert.deepEqual(await notes([change]), []);
    server.stop();
    server = new FakeApiServer();
    server.serve("kro.run/v1alpha1", "ResourceGraphDefinition", "resourcegraphdefinitions", false);
    server.refused.set(PATH, 403);
    assert.match(
      (await notes([change])).join(),
      /^Whether kro makes anything of kubernetes:shop\.example\.com\/v1:Shop can't/,
    );
  });

  it("are not known after any other failure", async () => {
    server.serve("kro.run/v1alpha1", "ResourceGraphDefinition", "resourcegraphdefinitions", false);
    for (const [answer, reason] of [
      [500, "the API server answered with HTTP 500"],
      [401, "the API server answered with HTTP 401"],
      ["never", "the cluster did not answer within 0.2 s"],
    ] as const) {
      server.refused.set(PATH, answer);
      const [note, ...others] = await notes([], answer === "never" ? 0.2 : 15);
      assert.ok(note?.includes(reason), note);
      assert.deepEqual([others, told], [[], []]);
      server.stop();
      server = new FakeApiServer();
      server.serve("kro.run/v1alpha1", "ResourceGraphDefinition", "resourcegraphdefinitions", false);
    }
  });
});

import assert from "node:assert/strict";
import { explainAbsent } from "../../../automation/rollout/absent.ts";
import { Halt, haltedBy } from "../../../automation/rollout/halt.ts";
import type { Place } from "../../../automation/rollout/place.ts";
import { clusterClient } from "../../../packages/live/index.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";

const API = "kro.run/v1alpha1";
const ABSENT = { name: "kro-absent", object: "Shop n/tea", message: "kro has not come to Shop n/tea." } as const;
const signal = new AbortController().signal;
const [HELD, LET_GO, LATER] = ["2026-01-01T00:00:00Z", "2026-01-01T00:05:00Z", "2026-01-01T00:05:01Z"];

/** A shop that was let go, with who has written it when, as API servers note it. */
function shop(label: string | undefined, labelled: string, status?: string) {
  const managedFields = [
    { manager: "kro.run/labeller", operation: "Apply", time: labelled },
    { manager: "carts-rollout", operation: "Update", time: LATER },
    ...(status === undefined ? [] : [{ manager: "kro", operation: "Update", subresource: "status", time: status }]),
  ];
  const labels = { "kro.run/owned": "true", ...(label && { "kro.run/kro-version": label }) };
  return { apiVersion: API, kind: "Shop", metadata: { name: "tea", namespace: "n", labels, managedFields } };
}

describe("kro that has not come to an instance", () => {
  let server: FakeApiServer;
  let place: Place;

  beforeEach(async () => {
    server = new FakeApiServer();
    const cluster = clusterClient(await server.start(), signal);
    place = { cluster, gvk: { apiVersion: API, kind: "Shop", group: "kro.run" } } as Place;
    server.serve(API, "Shop", "shops");
  });
  afterEach(() => server.stop());

  const explained = (patience?: number) =>
    explainAbsent(ABSENT, place, { id: "n/tea", signal, ...(patience !== undefined && { patience }) });

  it("is the definition's fault where it has come and does not write the status: it is remembered then", async () => {
    for (const status of [HELD, undefined]) {
      server.put(shop("v0.9.4", LET_GO, status));
      const cause = await explained();
      assert.deepEqual([cause.name, cause.object], ["expression-failed", "Shop n/tea"]);
      assert.match(cause.message, /^kro comes to Shop n\/tea, but can't write its status: .*`spec\.schema\.status`/);
      assert.equal(haltedBy(new Halt(cause), cause.message).isSpared, undefined);
    }
    assert.deepEqual(server.patches, [], "it only looks");
  });

  it("is nothing that the definition could be blamed for where it is away, or has written the status since", async () => {
    const away = { "not back": shop(undefined, HELD, HELD), "let go by hand": shop("v0.9.4", HELD, HELD) };
    // kro that was changed while it was held has put all its labels there anew, and then is gone.
    const others = { changed: shop(undefined, LET_GO, HELD), "come since": shop("v0.9.4", LET_GO, LATER) };
    for (const [how, one] of Object.entries({ ...away, ...others })) {
      server.put(one);
      const cause = await explained();
      assert.deepEqual(cause, ABSENT, how);
      assert.equal(haltedBy(new Halt(cause), cause.message).isSpared, true);
    }
  });

  it("has time to write the status once it has come, and may be late altogether", async () => {
    const now = new Date().toISOString();
    server.put(shop("v0.9.4", now, HELD));
    const cause = explained(300);
    setTimeout(() => server.put(shop("v0.9.4", now, new Date().toISOString())), 50);
    assert.deepEqual(await cause, ABSENT);
    server.put(shop("v0.9.4", LET_GO, HELD));
    assert.deepEqual(await explainAbsent(ABSENT, place), ABSENT, "not ripe");
  });

  it("is still that where it can't be asked, and another cause is left as it is", async () => {
    server.put(shop("v0.9.4", LET_GO, HELD));
    server.refused.set(`/apis/${API}/shops`, 403);
    assert.deepEqual(await explained(), ABSENT);
    const other = { ...ABSENT, name: "image-pull" } as const;
    assert.equal(await explainAbsent(other, place, { id: "n/tea", signal }), other);
  });
});

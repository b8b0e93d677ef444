import assert from "node:assert/strict";
import { explainAbsent } from "../../../automation/rollout/absent.ts";
import { Halt, haltedBy } from "../../../automation/rollout/halt.ts";
import type { Place } from "../../../automation/rollout/place.ts";
import type { ClusterClient, LiveObject } from "../../../packages/live/index.ts";

const GVK = { apiVersion: "kro.run/v1alpha1", kind: "Shop", group: "kro.run" };
const LABEL = "kro.run/kro-version";
const ABSENT = { name: "kro-absent", object: "Shop n/tea", message: "kro has not come to Shop n/tea." } as const;

/** A shop that is still said to be suspended, in a cluster whose kro does this to it once something has changed on it. */
function shopOf(kro: (shop: LiveObject) => LiveObject, labels: object = { [LABEL]: "v0.9.4" }) {
  const conditions = [{ type: "Ready", status: "False", reason: "ReconciliationSuspended" }];
  const metadata = { name: "tea", namespace: "n", generation: 1, labels };
  let shop = { ...GVK, metadata, status: { conditions } } as unknown as LiveObject;
  let asked = 0;
  const cluster = {
    list: async ({ kind }: { readonly kind: string }) => (kind === "Shop" ? [shop] : []),
    get: async () => {
      // Not at once.
      if (asked++ > 0) shop = kro(shop);
      return shop;
    },
    patch: async (
      _: object,
      { metadata }: { readonly metadata: { readonly labels: Record<string, string | null> } },
    ) => {
      const merged = Object.entries({ ...shop.metadata.labels, ...metadata.labels }).filter(
        ([, value]) => value !== null,
      );
      shop = { ...shop, metadata: { ...shop.metadata, labels: Object.fromEntries(merged) as Record<string, string> } };
    },
  } as unknown as ClusterClient;
  return { place: { cluster, gvk: GVK } as unknown as Place, labels: () => shop.metadata.labels };
}

const labelled = (shop: LiveObject): LiveObject => ({
  ...shop,
  metadata: { ...shop.metadata, labels: { ...shop.metadata.labels, [LABEL]: "v0.9.4" } },
});
const reported = (shop: LiveObject): LiveObject => ({ ...labelled(shop), status: { state: "ACTIVE" } });

describe("kro that has not come to an instance", () => {
  const explained = ({ place }: ReturnType<typeof shopOf>) => explainAbsent(ABSENT, place, "n/tea", 500);

  it("is the definition's fault where it comes and can't write the status: it is remembered then", async () => {
    const shop = shopOf(labelled);
    const cause = await explained(shop);
    assert.deepEqual([cause.name, cause.object], ["expression-failed", "Shop n/tea"]);
    assert.match(cause.message, /^kro comes to Shop n\/tea, but can't write its status: .*`spec\.schema\.status`/);
    assert.deepEqual(shop.labels(), { [LABEL]: "v0.9.4" });
    assert.equal(haltedBy(new Halt(cause), cause.message).isSpared, undefined);
  });

  it("is nothing that the definition could be blamed for where it comes late, or not at all, or never was there", async () => {
    const shops = [shopOf(reported), shopOf((shop) => shop), shopOf(labelled, {})];
    for (const shop of shops) {
      const cause = await explained(shop);
      assert.deepEqual(cause, ABSENT);
      assert.equal(haltedBy(new Halt(cause), cause.message).isSpared, true);
    }
  });

  it("is still that where it can't be asked, and another cause is left as it is", async () => {
    const { place } = shopOf(labelled);
    const refused = { ...place, cluster: { ...place.cluster, patch: () => Promise.reject(new Error("forbidden")) } };
    assert.deepEqual(await explainAbsent(ABSENT, refused, "n/tea", 500), ABSENT);
    const other = { ...ABSENT, name: "image-pull" } as const;
    assert.equal(await explainAbsent(other, place, "n/tea", 500), other);
  });
});

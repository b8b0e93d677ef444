import assert from "node:assert/strict";
import { differences, differenceText } from "../../../automation/verify/fields.ts";
import { KnownAfterApply, type KubernetesObject, Secret } from "../../../packages/kro/index.ts";

const object = (fields: object, kind = "Deployment"): KubernetesObject =>
  ({
    apiVersion: kind === "Deployment" ? "apps/v1" : "v1",
    kind,
    metadata: { name: "carts", namespace: "shop" },
    ...fields,
  }) as KubernetesObject;

/** The differences as texts, of an object without secrets. */
const texts = (declared: object, live: object, kind?: string): string[] =>
  differences(object(declared, kind), object(declared, kind), object(live, kind)).map(differenceText);

const container = (fields: object) => ({
  spec: { template: { spec: { containers: [{ name: "carts", ...fields }] } } },
});

describe("verify's comparison of a declared object with the one in the cluster", () => {
  it("finds a field that differs, and one that is missing", () => {
    assert.deepEqual(texts({ spec: { replicas: 1, paused: true } }, { spec: { replicas: 3 } }), [
      "spec.replicas is 3, not 1",
      "spec.paused is missing, not true",
    ]);
  });

  it("finds every field of what is not there at all", () => {
    assert.deepEqual(texts({ spec: { selector: { app: "carts", tier: "back" } } }, { spec: {} }), [
      'spec.selector.app is missing, not "carts"',
      'spec.selector.tier is missing, not "back"',
    ]);
  });

  it("leaves what the API server fills in, and what others add", () => {
    const live = {
      metadata: { name: "carts", namespace: "shop", uid: "1", finalizers: ["x"], annotations: { other: "1" } },
      spec: { replicas: 1, clusterIPs: ["10.0.0.1"], template: { metadata: { annotations: { restartedAt: "now" } } } },
      status: { conditions: [{ type: "Ready" }] },
    };
    assert.deepEqual(texts({ spec: { replicas: 1, template: { metadata: {} } } }, live), []);
    const sidecar = { name: "sidecar", args: ["--verbose"], env: [{ name: "A" }] };
    const both = { spec: { template: { spec: { containers: [{ name: "carts", image: "a" }, sidecar] } } } };
    assert.deepEqual(texts(container({ image: "a" }), both), []);
  });

  it("takes a list whose items have no names as a whole", () => {
    assert.deepEqual(texts(container({ args: ["a"] }), container({ args: ["a", "b"] })), [
      'spec.template.spec.containers[name=carts].args[1] is "b", and not declared',
    ]);
  });

  it("takes the data of a ConfigMap as a whole", () => {
    assert.deepEqual(texts({ data: { A: "1" } }, { data: { A: "1", B: "2" } }, "ConfigMap"), [
      'data.B is "2", and not declared',
    ]);
  });

  it("takes what is empty, and left out by the API server, as the same", () => {
    const declared = { spec: { tags: [], labels: {}, text: "", paused: false, count: 0 } };
    assert.deepEqual(texts(declared, { spec: {} }), []);
    assert.deepEqual(texts({ spec: { tags: ["a"] } }, { spec: {} }), ['spec.tags[0] is missing, not "a"']);
  });

  it("takes quantities by their amount, where there are quantities", () => {
    const declared = container({ resources: { requests: { cpu: "1000m", memory: "1024Mi" } } });
    assert.deepEqual(texts(declared, container({ resources: { requests: { cpu: "1", memory: "1Gi" } } })), []);
    assert.equal(texts(declared, container({ resources: { requests: { cpu: "2", memory: "1G" } } })).length, 2);
    assert.equal(texts({ data: { A: "1k" } }, { data: { A: "1000" } }, "ConfigMap").length, 1);
  });

  it("says nothing of another order of a list that merges by name", () => {
    const [a, b] = [
      { name: "A", value: "1" },
      { name: "B", value: "2" },
    ];
    assert.deepEqual(texts(container({ env: [a, b] }), container({ env: [b, a] })), []);
  });

  it("says nothing of what only the cluster can know", () => {
    assert.deepEqual(texts({ spec: { arn: new KnownAfterApply("${table.status.arn}") } }, { spec: {} }), []);
  });

  describe("of a secret", () => {
    const compare = (declared: object, plain: object, live: object, kind?: string) =>
      differences(object(declared, kind), object(plain, kind), object(live, kind)).map(differenceText);
    const hidden = container({ env: new Secret("x") });
    const plain = container({ env: [{ name: "KEY", value: "hush" }] });

    it("finds that it differs, and never shows it", () => {
      assert.deepEqual(compare(hidden, plain, plain), []);
      const found = differences(
        object(hidden),
        object(plain),
        object(container({ env: [{ name: "KEY", value: "other" }] })),
      );
      assert.deepEqual(found.map(differenceText), ["spec.template.spec.containers[name=carts].env is another secret"]);
      assert.doesNotMatch(JSON.stringify(found), /hush|other/);
    });

    it("leaves what the API server fills in beside it", () => {
      const live = container({ env: [{ name: "KEY", value: "hush", added: "by the API server" }] });
      assert.deepEqual(compare(hidden, plain, live), []);
    });

    it("finds that it is missing", () => {
      assert.deepEqual(compare(hidden, plain, container({})), [
        "spec.template.spec.containers[name=carts].env is missing, not [secret]",
      ]);
    });

    it("in a Secret, given as text or as data", () => {
      const data = { data: { KEY: Buffer.from("hush").toString("base64") } };
      const given = [{ stringData: { KEY: new Secret("x") } }, { stringData: { KEY: "hush" } }] as const;
      assert.deepEqual(compare(...given, data, "Secret"), []);
      assert.deepEqual(compare({ data: { KEY: new Secret("x") } }, data, data, "Secret"), []);
      assert.deepEqual(compare(data, data, data, "Secret"), []);
      const other = { data: { KEY: Buffer.from("other").toString("base64") } };
      for (const [masked, plain] of [given, [{ data: { KEY: new Secret("x") } }, data], [data, data]] as const) {
        assert.deepEqual(compare(masked, plain, other, "Secret"), ["data.KEY is another secret"]);
      }
    });
  });
});

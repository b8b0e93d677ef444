import assert from "node:assert/strict";
import type { PodIdentityAssociation } from "@aws-sdk/client-eks";
import { checksOf } from "../../../automation/verify/checks/all.ts";
import { healable } from "../../../automation/verify/checks/credentials.ts";
import { declaredChecks } from "../../../automation/verify/checks/declared.ts";
import { associationAsDeclared, rolePolicy, roleTrust } from "../../../automation/verify/checks/identity.ts";
import { kindChecks } from "../../../automation/verify/checks/kinds.ts";
import type { Observation, ObservedAssociation, ObservedChild } from "../../../automation/verify/observation.ts";
import { type Reading, Unreadable } from "../../../automation/verify/reading.ts";
import type { Check } from "../../../automation/verify/verification.ts";
import type { LiveObject, Pod } from "../../../packages/live/liveObject.ts";

/** An object that is declared, and beside it what is in the cluster: the same, unless `live` says otherwise. */
function child(kind: string, fields: object, others: Partial<ObservedChild> & { readonly seen?: object } = {}) {
  const apiVersions: Record<string, string> = { Deployment: "apps/v1", Table: "dynamodb.services.k8s.aws/v1alpha1" };
  const metadata = { name: "carts", namespace: "shop" };
  const object = { apiVersion: apiVersions[kind] ?? "v1", kind, metadata, ...fields };
  const declared = { node: kind, type: "resource" as const, wave: 1, object, problems: [] };
  const { seen = {}, ...rest } = others;
  return { declared, plain: declared, live: { ...object, ...seen } as unknown as LiveObject, ...rest } as ObservedChild;
}

/** What brings a child back. */
const BACK = "kro puts it back";

const NOTHING: Observation = { definitions: [], instances: [], roles: [], policies: [], associations: [], at: 0 };

const verdicts = (checks: readonly Check[]) =>
  Object.fromEntries(checks.map(({ id, verdict, found }) => [id, `${verdict}: ${found}`]));

describe("verify's checks", () => {
  it("are wrong of what is not there, and unknown of what can't be read; both say what to do", () => {
    for (const [live, wanted] of [
      [undefined, "wrong: not there"],
      [new Unreadable("the API server answered with HTTP 403"), "unknown: the API server answered with HTTP 403"],
    ] as const) {
      const gone = { ...child("Service", {}), live, slices: live } as ObservedChild;
      const checks = [...declaredChecks(gone, BACK), ...kindChecks(gone, BACK)];
      assert.deepEqual(verdicts(checks), { "service-port": wanted, "declared-fields": wanted, endpoints: wanted });
      assert.ok(checks.every(({ remedy }) => remedy));
      assert.equal(checks[0]!.remedy === BACK, live === undefined);
    }
  });

  it("tell each difference once: in the check of its field, or in that of all others", () => {
    const data = { data: { A: "1" }, immutable: true };
    const seen = { data: { A: "2" }, immutable: false };
    assert.deepEqual(verdicts(declaredChecks(child("ConfigMap", data, { seen }), BACK)), {
      "config-data": 'wrong: data.A is "2", not "1"',
      "declared-fields": "wrong: immutable is false, not true",
    });
  });

  it("say of what others have added that it has to be removed by hand", () => {
    const checks = declaredChecks(child("ConfigMap", { data: {} }, { seen: { data: { "b.c": "1" } } }), BACK);
    const patch = `kubectl patch configmap/carts -n shop --type merge -p '{"data":{"b.c":null}}'`;
    assert.equal(checks[0]!.remedy, `kro leaves what others add: remove it: \`${patch}\``);
  });

  it("do not take an instance for ready by a `Ready` of its RGD's author", () => {
    const instance = { apiVersion: "kro.run/v1alpha1", kind: "Shop", metadata: { name: "one" }, spec: {} };
    const ready = { conditions: [{ type: "Ready", status: "True", observedGeneration: 1 }] };
    const check = (conditions: unknown, state: string) => {
      const schema = { apiVersion: "v1alpha1", kind: "Shop", status: { conditions } };
      const definition = { metadata: { name: "shops" }, spec: { schema, resources: [] } };
      const plain = { instance, children: [] };
      const metadata = { name: "one", generation: 1, creationTimestamp: "" };
      const live = { ...instance, metadata, status: { ...ready, state } } as unknown as LiveObject;
      const seen = { expected: { definition, instance, children: [], plain }, live, children: [] };
      const [found] = checksOf({ ...NOTHING, instances: [seen] }, { notes: [] }, []).filter(
        ({ what }) => what === "ready",
      );
      return [found!.verdict, found!.expected, found!.found];
    };
    const own = ["${runtime.newCondition({type: 'Ready', status: 'True'})}"];
    assert.deepEqual(check(own, "IN_PROGRESS"), ["wrong", "the state is ACTIVE", "the state is IN_PROGRESS"]);
    assert.deepEqual(check(own, "ACTIVE"), ["ok", "the state is ACTIVE", "the state is ACTIVE"]);
    assert.deepEqual(check([], "IN_PROGRESS"), ["ok", "Ready is True", "Ready is True"]);
  });

  it("count differences beyond eight", () => {
    const data = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`K${i}`, "1"]));
    const [check] = declaredChecks(child("ConfigMap", { data }, { seen: { data: {} } }), BACK);
    assert.equal(check!.found.split("\n").at(-1), "and 2 more");
  });

  describe("of a Deployment", () => {
    const spec = { replicas: 2 };
    const metadata = { name: "carts", namespace: "shop", generation: 3 };
    const status = { observedGeneration: 3, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
    const check = (seen: object, pods: readonly Pod[] = []) =>
      verdicts(kindChecks(child("Deployment", { spec }, { seen: { metadata, ...seen }, pods }), BACK))["rolled-out"];

    it("want all pods new and available, in a status of this generation", () => {
      assert.equal(check({ status }), "ok: 2/2");
      for (const wrong of [
        { observedGeneration: 2 },
        { availableReplicas: 1 },
        { updatedReplicas: 1 },
        { replicas: 3 },
      ]) {
        assert.match(check({ status: { ...status, ...wrong } })!, /^wrong: [12]\/2\n/);
      }
    });

    it("want as many as are declared", () => {
      const one = { replicas: 1, updatedReplicas: 1, availableReplicas: 1, observedGeneration: 3 };
      assert.equal(check({ spec: { replicas: 1 }, status: one }), "wrong: 1/1");
    });

    it("say what a pod waits for", () => {
      const waiting = { reason: "ImagePullBackOff", message: "Back-off pulling image" };
      const status = { containerStatuses: [{ name: "carts", state: { waiting } }] };
      const pod = { metadata: { name: "p" }, status } as unknown as Pod;
      assert.match(check({ status: {} }, [pod, pod])!, /version\nImagePullBackOff: Back-off pulling image$/);
    });
  });

  it("want a ready address behind a Service; one without conditions is ready", () => {
    const check = (endpoints: readonly object[] | null) =>
      verdicts(kindChecks(child("Service", {}, { slices: [{ endpoints } as never] }), BACK)).endpoints;
    assert.equal(check([{ conditions: { ready: false } }, {}]), "ok: 1 ready of 2");
    assert.equal(check([{ conditions: { ready: false } }]), "wrong: 0 ready of 1");
    assert.equal(check(null), "wrong: 0 ready of 0");
  });

  describe("of a Table", () => {
    const keySchema = [{ attributeName: "id", keyType: "HASH" }];
    const KeySchema = [{ AttributeName: "id", KeyType: "HASH" as const }];
    const index = { indexName: "by", keySchema, projection: { projectionType: "ALL" } };
    const spec = { tableName: "t", billingMode: "PAY_PER_REQUEST", keySchema, globalSecondaryIndexes: [index] };
    const synced = { tableStatus: "ACTIVE", conditions: [{ type: "ACK.ResourceSynced", status: "True" }] };
    const by = {
      IndexName: "by",
      IndexStatus: "ACTIVE" as const,
      KeySchema,
      Projection: { ProjectionType: "ALL" as const },
    };
    const table = {
      TableStatus: "ACTIVE" as const,
      KeySchema,
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" as const },
      GlobalSecondaryIndexes: [by],
    };
    const check = (others: object, status: object = synced) =>
      verdicts(kindChecks(child("Table", { spec }, { seen: { status }, table: { ...table, ...others } }), BACK));

    it("are ok of one that is as declared", () => {
      assert.ok(Object.values(check({})).every((verdict) => verdict.startsWith("ok: ")));
    });

    it("want each index ACTIVE, with its keys and its projection", () => {
      for (const [indexes, found] of [
        [[], "wrong: not there"],
        [[{ ...by, IndexStatus: "CREATING" }], "wrong: CREATING id HASH, ALL"],
        [[{ ...by, KeySchema: [{ AttributeName: "other", KeyType: "HASH" }] }], "wrong: ACTIVE other HASH, ALL"],
        [[{ ...by, Projection: { ProjectionType: "KEYS_ONLY" } }], "wrong: ACTIVE id HASH, KEYS_ONLY"],
      ] as const) {
        assert.equal(check({ GlobalSecondaryIndexes: indexes })["table-index"], found);
      }
    });

    it("name the change of the spec that has ACK compare at once, where that changes nothing else", () => {
      const remedies = (others: object | undefined, seen: object = {}, declared: object = {}) => {
        const one = child("Table", { spec: { ...spec, ...declared } }, { seen: { spec: seen } });
        const checks = kindChecks({ ...one, table: others && { ...table, ...others } } as ObservedChild, BACK);
        return Object.fromEntries(checks.map(({ id, remedy }) => [id, remedy]));
      };
      const patched = (value: unknown) =>
        `at once after \`kubectl patch table.dynamodb.services.k8s.aws/carts -n shop --type merge -p '{"spec":{"deletionProtectionEnabled":${value}}}'\``;
      const without = { GlobalSecondaryIndexes: [] };
      const index = (...args: Parameters<typeof remedies>) => remedies(...args)["table-index"]!;
      assert.ok(index(without).endsWith(patched(false)), index(without));
      assert.ok(index({ ...without, DeletionProtectionEnabled: true }).endsWith(patched(true)));
      assert.ok(index(without, { deletionProtectionEnabled: false }).endsWith(patched(null)));
      for (const [aws, seen, declared] of [
        // It would be taken off, or put on.
        [{ DeletionProtectionEnabled: true }, { deletionProtectionEnabled: false }, {}],
        [{}, { deletionProtectionEnabled: true }, {}],
        // kro would put it back.
        [{}, { deletionProtectionEnabled: true }, { deletionProtectionEnabled: true }],
      ] as const) {
        assert.doesNotMatch(index({ ...without, ...aws }, seen, declared), /kubectl/);
      }
      const metadata = { name: "carts", annotations: { "services.k8s.aws/adopted": "true" } };
      const adopted = { ...child("Table", { spec }, { seen: { metadata } }), table: undefined };
      assert.match(kindChecks(adopted, BACK)[1]!.remedy!, /^ACK, which had taken it up, makes none in its place/);
      const gone = remedies(undefined);
      assert.match(
        gone["table-active"]!,
        /^ACK makes it again, empty, .*at once after .*Items that are missed are restored/,
      );
      assert.deepEqual([gone["table-keys"], gone["table-index"]], [gone["table-active"], gone["table-active"]]);
    });

    it("want what can't be changed deleted first, and what is being made waited for", () => {
      const remedy = (others: object, id: string) => {
        const checks = kindChecks(child("Table", { spec }, { table: { ...table, ...others } as never }), BACK);
        return checks.find((one) => one.id === id)!.remedy!;
      };
      assert.match(remedy({ GlobalSecondaryIndexes: [{ ...by, IndexStatus: "CREATING" }] }, "table-index"), /^wait/);
      const other = [{ ...by, KeySchema: [] }];
      assert.match(
        remedy({ GlobalSecondaryIndexes: other }, "table-index"),
        /update-table --table-name t .*"IndexName":"by"/,
      );
      assert.match(remedy({ KeySchema: [] }, "table-keys"), /delete-table --table-name t` deletes it with its items/);
      assert.match(remedy({ BillingModeSummary: undefined }, "table-keys"), /^ACK puts it back when it resyncs/);
    });

    it("want status, keys and billing as declared", () => {
      assert.equal(check({ TableStatus: "UPDATING" })["table-active"], "wrong: UPDATING");
      assert.equal(check({ BillingModeSummary: undefined })["table-keys"], "wrong: id HASH, PROVISIONED");
    });

    it("want one that is to be guarded to be so in AWS", () => {
      const key = "arn:aws:kms:us-west-2:111122223333:key/a-1";
      const sseSpecification = { enabled: true, sseType: "KMS", kmsMasterKeyID: key };
      const guarded = { ...spec, deletionProtectionEnabled: true, sseSpecification };
      const found = (others: object) =>
        verdicts(
          kindChecks(
            child("Table", { spec: guarded }, { seen: { status: synced }, table: { ...table, ...others } }),
            BACK,
          ),
        )["table-guards"];
      const SSEDescription = { Status: "ENABLED", KMSMasterKeyArn: key };
      assert.equal(
        found({ DeletionProtectionEnabled: true, SSEDescription }),
        `ok: protected against deletion, ${key}`,
      );
      assert.equal(found({}), "wrong: not protected against deletion, DynamoDB's own key");
      assert.equal(check({})["table-guards"], undefined);
    });

    it("want ACK to manage it: ACTIVE alone is not enough", () => {
      const terminal = { type: "ACK.ResourceSynced", status: "False", message: "not managed" };
      assert.equal(
        check({}, { ...synced, conditions: [terminal] })["table-synced"],
        "wrong: ACK.ResourceSynced is False: not managed, ACTIVE",
      );
      assert.equal(check({}, {})["table-synced"], "wrong: no condition ACK.ResourceSynced, no status");
    });
  });

  describe("of the role", () => {
    const trust = (Action: unknown, Service: unknown = "pods.eks.amazonaws.com", Effect = "Allow") =>
      JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect, Principal: { Service }, Action }] });
    const both = ["sts:AssumeRole", "sts:TagSession"];

    it("take policies by what they mean, not by how they are written", () => {
      const check = (live: string) => rolePolicy({ role: "r", name: "p", policy: trust(both), live }).verdict;
      const { Statement, Version } = JSON.parse(trust(both));
      assert.equal(check(JSON.stringify({ Statement, Version }, null, 2)), "ok");
      assert.equal(check(trust([...both].reverse(), ["pods.eks.amazonaws.com"])), "ok");
      assert.equal(check(trust(["sts:AssumeRole"])), "wrong");
      assert.equal(check("not JSON"), "wrong");
    });

    it("show where a policy differs", () => {
      const check = (live: string) => rolePolicy({ role: "r", name: "p", policy: trust(both), live }).found;
      assert.equal(
        check(trust(both, "ec2.amazonaws.com")),
        'Statement[0].Principal.Service is "ec2.amazonaws.com", not "pods.eks.amazonaws.com"',
      );
      assert.equal(check(trust(both, undefined, "Deny")), 'Statement[0].Effect is "Deny", not "Allow"');
      const { Statement, ...others } = JSON.parse(trust(both));
      const added = { ...others, Statement: [{ ...Statement[0], Condition: { Bool: { a: "true" } } }] };
      assert.equal(check(JSON.stringify(added)), 'Statement[0].Condition.Bool.a is "true", and not declared');
    });

    it("want one that is not the stack's to trust Pod Identity", () => {
      const check = (live: Reading<string>) => roleTrust({ name: "r", trustPolicy: undefined, live });
      assert.equal(check(trust(both)).verdict, "ok");
      assert.equal(check(trust("sts:*", ["ec2.amazonaws.com", "pods.eks.amazonaws.com"])).verdict, "ok");
      assert.equal(check(trust("sts:AssumeRole")).found, "may not sts:TagSession");
      for (const wrong of [trust(both, "ec2.amazonaws.com"), trust(both, undefined, "Deny"), undefined]) {
        assert.equal(check(wrong).verdict, "wrong");
      }
    });
  });

  describe("of the association", () => {
    const expected = { clusterName: "c", namespace: "shop", serviceAccount: "carts", roleArn: "arn:r", id: "a-1" };
    const check = (live: Reading<PodIdentityAssociation>) => associationAsDeclared({ ...expected, live });

    it("want the stack's own, with its role", () => {
      assert.equal(check({ associationId: "a-1", roleArn: "arn:r" }).verdict, "ok");
      assert.equal(check({ associationId: "a-1", roleArn: "arn:other" }).verdict, "wrong");
      assert.match(check({ associationId: "a-2", roleArn: "arn:r" }).remedy!, /not made by this stack/);
      assert.equal(check(undefined).found, "not there");
    });

    it("want no other role behind it, and the session tags, unless they are declared so", () => {
      const seen = { associationId: "a-1", roleArn: "arn:r", targetRoleArn: "arn:target", disableSessionTags: true };
      const { verdict, found, remedy } = check(seen);
      assert.deepEqual([verdict, found], ["wrong", "a-1\narn:r\ntarget role arn:target\nno session tags"]);
      assert.match(remedy!, /^`carts up` puts it back; /);
      assert.equal(check({ ...seen, targetRoleArn: "", disableSessionTags: false }).verdict, "ok");
      const own = { ...expected, targetRoleArn: "arn:target", disableSessionTags: true };
      assert.equal(associationAsDeclared({ ...own, live: seen }).verdict, "ok");
      assert.equal(
        associationAsDeclared({ ...own, live: { associationId: "a-1", roleArn: "arn:r" } }).verdict,
        "wrong",
      );
    });
  });

  it("take Ready only of the present generation", () => {
    const metadata = { name: "shop", generation: 2 };
    const check = (status: string, observedGeneration?: number) => {
      const live = { metadata, status: { conditions: [{ type: "Ready", status, observedGeneration }] } };
      const expected = { apiVersion: "kro.run/v1alpha1", kind: "ResourceGraphDefinition", metadata };
      const seen = { ...NOTHING, definitions: [{ expected, live: live as unknown as LiveObject }] };
      return verdicts(checksOf(seen, { notes: [] }, []))["definition-ready"];
    };
    assert.equal(check("True", 2), "ok: Ready is True");
    assert.equal(check("True"), "ok: Ready is True");
    assert.equal(check("True", 1), "wrong: Ready is True, but of an earlier generation");
    assert.equal(check("False", 2), "wrong: Ready is False");
  });

  it("tell of an update that was interrupted, and of what can't be expected", () => {
    assert.deepEqual(verdicts(checksOf(NOTHING, { notes: ["A note."] }, ["creating urn:x"])), {
      "stack-state": "wrong: creating urn:x",
      expected: "unknown: A note.",
    });
  });

  it("are wrong of a stack without an instance", () => {
    assert.deepEqual(verdicts(checksOf(NOTHING, { notes: [] }, [])), {
      "stack-state": "ok: no update is under way",
      "instance-ready": "wrong: none",
    });
  });
});

describe("verify's healing", () => {
  const NOW = Date.parse("2026-01-01T12:00:00Z");
  const env = ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"].map((name) => ({
    name,
  }));
  const pod = (names: readonly object[] = []) =>
    ({
      metadata: { name: "p", creationTimestamp: "2026-01-01T11:00:00Z" },
      spec: { containers: [{ name: "carts", env: names }] },
    }) as unknown as Pod;
  const made = (time: number): PodIdentityAssociation => ({
    associationId: "a-1",
    roleArn: "arn:r",
    createdAt: new Date(time),
  });

  function observation(
    pods: Reading<readonly Pod[]>,
    live: Reading<PodIdentityAssociation>,
    others: Partial<ObservedAssociation & ObservedChild> = {},
  ): Observation {
    const spec = { template: { spec: { serviceAccountName: "carts", containers: [{ name: "carts" }] } } };
    const deployment = { ...child("Deployment", { spec }), pods, ...("live" in others && { live: undefined }) };
    const association = {
      clusterName: "c",
      namespace: "shop",
      serviceAccount: "carts",
      roleArn: "arn:r",
      id: "a-1",
      live,
    };
    const instance = { apiVersion: "kro.run/v1alpha1", kind: "CartsStack", metadata: { name: "carts" } };
    const definition = { spec: { schema: {} } };
    const expected = { definition, instance, plain: { instance } } as never;
    return {
      definitions: [],
      instances: [{ expected, live: undefined, children: [deployment as ObservedChild] }],
      roles: [],
      policies: [],
      associations: [{ ...association, ...(others.namespace && { namespace: others.namespace }) }],
      at: NOW,
    };
  }
  const credentials = (seen: Observation) => verdicts(checksOf(seen, { notes: [] }, []))["pod-credentials"];

  it("is for pods that came before an association that is there now", () => {
    const early = observation([pod(env), pod()], made(NOW - 1000));
    assert.equal(healable(early).length, 1);
    assert.match(
      credentials(early)!,
      /^wrong: missing in 1 of 2 pods: p, admitted 2026-01-01T11:00:00Z\nthough there is/,
    );
  });

  it("is for nothing else", () => {
    for (const [name, seen] of Object.entries({
      "pods that have their credentials": observation([pod(env)], made(NOW - 1000)),
      "no association": observation([pod()], undefined),
      "an association that can't be seen": observation([pod()], new Unreadable("HTTP 403")),
      "an association that is no older than now": observation([pod()], made(NOW)),
      "pods that can't be seen": observation(new Unreadable("HTTP 403"), made(NOW - 1000)),
      "no Deployment": observation([pod()], made(NOW - 1000), { live: undefined }),
      "another namespace's association": observation([pod()], made(NOW - 1000), { namespace: "other" }),
    })) {
      assert.deepEqual(healable(seen), [], name);
    }
  });

  it("does not look at containers that others add to a pod", () => {
    const sidecar = { name: "sidecar", env: [] };
    const injected = { ...pod(env), spec: { containers: [...pod(env).spec.containers, sidecar] } };
    assert.match(credentials(observation([injected], made(NOW - 1000)))!, /^ok: /);
    assert.deepEqual(healable(observation([injected], made(NOW - 1000))), []);
  });

  it("is not asked for where there is no pod, or half of the variables", () => {
    assert.equal(credentials(observation([], made(NOW - 1000))), "wrong: there is no pod");
    assert.equal(healable(observation([], made(NOW - 1000))).length, 0);
    assert.equal(healable(observation([pod(env.slice(1))], made(NOW - 1000))).length, 1);
  });
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { KnownAfterApply, type KubernetesObject, Secret, type Value } from "../../../../packages/kro/index.ts";
import { makePolicy } from "../../../../packages/kro-preview/policy/policy.ts";

interface Row {
  readonly name: string;
  readonly metadata: { readonly [key: string]: Value };
  readonly spec: { readonly [key: string]: Value };
  /** Why the official admission (k8s.io/pod-security-admission v0.36.3) refuses the pod at that level. */
  readonly baseline: readonly string[];
  readonly restricted: readonly string[];
}

/** Its own fixtures of 1.35, after which nothing changed up to 1.36, and random pods. */
const rows = readFileSync(new URL("podSecurity.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line): Row => JSON.parse(line));

/** The admission sees a volume with the API server's default already. */
const UNDEFAULTED = ["restricted/pass/restrictedvolumes0"];

const check = (object: KubernetesObject, podSecurity: "baseline" | "restricted" = "restricted") => {
  const { findings, untold } = makePolicy({ podSecurity }).check(object);
  return { found: findings.filter(({ rule }) => rule.startsWith("pod-security-")), untold };
};

const pod = ({ metadata, spec }: Pick<Row, "metadata" | "spec">): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", ...metadata },
  spec,
});

/** Each kind in which pods are, around the same one. */
const around = ({ metadata, spec }: Row): KubernetesObject[] => {
  const template = { metadata, spec };
  const object = (apiVersion: string, kind: string, rest: object): KubernetesObject => ({
    apiVersion,
    kind,
    metadata: { name: "p" },
    ...rest,
  });
  return [
    object("v1", "PodTemplate", { template }),
    object("v1", "ReplicationController", { spec: { template } }),
    ...["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"].map((kind) =>
      object("apps/v1", kind, { spec: { template } }),
    ),
    object("batch/v1", "Job", { spec: { template } }),
    object("batch/v1", "CronJob", { spec: { jobTemplate: { spec: { template } } } }),
  ];
};

describe("pod security", () => {
  for (const level of ["baseline", "restricted"] as const) {
    it(`says of each pod what the official admission says at the level ${level}`, () => {
      for (const row of rows.filter(({ name }) => !UNDEFAULTED.includes(name))) {
        const messages = check(pod(row), level).found.map(({ message }) => message);
        assert.deepEqual(messages.sort(), [...row[level]].sort(), row.name);
      }
    });
  }

  it("finds the pods in every kind that makes some", () => {
    const row = rows.find(({ name }) => name === "baseline/fail/hostnamespaces0")!;
    for (const object of around(row)) {
      const messages = check(object).found.map(({ message }) => message);
      assert.deepEqual(messages.sort(), [...row.restricted].sort(), object.kind);
    }
    assert.deepEqual(check({ ...around(row)[2]!, apiVersion: "example.org/v1" }).found, []);
  });

  it("finds nothing in what can't be told, whatever it is, and says where that is", () => {
    // Each value of each pod in turn: the official verdict holds with what it is, so that fewer may be found and no other.
    for (const row of rows.filter(({ name }) => /^restricted\/fail/.test(name))) {
      const told = new Set(check(pod(row)).found.map(({ rule }) => rule));
      for (const [path, spec] of concealed(row.spec)) {
        const { found, untold } = check(pod({ ...row, spec: spec as Row["spec"] }));
        const added = found.filter(({ rule }) => !told.has(rule)).map(({ rule }) => rule);
        assert.deepEqual(added, [], `${row.name} without ${path}`);
        if (found.length < told.size) assert.notDeepEqual(untold, [], `${row.name} without ${path}`);
      }
    }
  });
});

/** Copies of a value, in each of which one part can't be told. */
function* concealed(value: Value, path = ""): Generator<readonly [string, Value]> {
  if (path !== "") {
    yield [path, new KnownAfterApply("later")];
    yield [path, new Secret()];
  }
  if (value === null || typeof value !== "object") return;
  for (const [key, part] of Object.entries(value)) {
    for (const [at, changed] of concealed(part as Value, `${path}/${key}`)) {
      yield [at, Array.isArray(value) ? value.with(Number(key), changed) : { ...value, [key]: changed }];
    }
  }
}

import assert from "node:assert/strict";
import { KnownAfterApply, type KubernetesObject, Secret, type Value } from "../../../../packages/kro/index.ts";
import { makePolicy, type PolicySettings } from "../../../../packages/kro-preview/policy/policy.ts";

type Fields = { readonly [key: string]: Value };

/** A container that breaks no rule. */
const SOUND: Fields = {
  name: "web",
  image: "shop:1.2",
  resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi" } },
  readinessProbe: { tcpSocket: { port: 80 } },
  livenessProbe: { tcpSocket: { port: 80 } },
  securityContext: {
    allowPrivilegeEscalation: false,
    runAsNonRoot: true,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
  },
};

const object = (apiVersion: string, kind: string, rest: object): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name: "x", namespace: "shops" },
  ...rest,
});
const deployment = (container: Fields, pod: Fields = {}): KubernetesObject =>
  object("apps/v1", "Deployment", {
    spec: { template: { spec: { ...pod, containers: [{ ...SOUND, ...container }] } } },
  });
const configMap = (data: Fields) => object("v1", "ConfigMap", { data });
const document = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const iamPolicy = (...statements: object[]) =>
  object("iam.services.k8s.aws/v1alpha1", "Policy", { spec: { policyDocument: document(...statements) } });
const role = (spec: object) => object("iam.services.k8s.aws/v1alpha1", "Role", { spec });
const table = (spec: Fields, deletion?: Value) =>
  object("dynamodb.services.k8s.aws/v1alpha1", "Table", {
    metadata: {
      name: "x",
      namespace: "shops",
      annotations: { "services.k8s.aws/deletion-policy": deletion ?? "retain" },
    },
    spec: { deletionProtectionEnabled: true, continuousBackups: { pointInTimeRecoveryEnabled: true }, ...spec },
  });

const rulesOf = (child: KubernetesObject, settings: PolicySettings = {}) =>
  makePolicy(settings)
    .check(child)
    .findings.map(({ rule }) => rule);

const env = (name: string, value: Value) => deployment({ env: [{ name, value }] });

describe("the policy", () => {
  const sound: Readonly<Record<string, KubernetesObject>> = {
    "a sound Deployment": deployment({}),
    "a digest without a tag": deployment({ image: "shop@sha256:0" }),
    "a digest whatever the tag": deployment({ image: "registry:5000/shop:latest@sha256:0" }),
    "requests for the pod as a whole": deployment(
      { resources: {} },
      { resources: { requests: { cpu: "1", memory: "1" }, limits: { memory: "1" } } },
    ),
    "a request that is its limit": deployment({ resources: { limits: { cpu: "1", memory: "1" } } }),
    "a Job without probes": object("batch/v1", "Job", {
      spec: { template: { spec: { containers: [{ ...SOUND, readinessProbe: null, livenessProbe: null }] } } },
    }),
    "a variable from a Secret": deployment({
      env: [{ name: "PASSWORD", valueFrom: { secretKeyRef: { name: "s", key: "k" } } }],
    }),
    "a reference to another variable": env("DB_PASSWORD", "$(OTHER)"),
    "where a credential is": env("PASSWORD_FILE", "/etc/secret"),
    "a credential's path": env("API_KEY", "/etc/key"),
    "a number of tokens": env("MAX_TOKENS", "1000"),
    "a URL without a password": env("REDIS", "redis://redis:6379"),
    "a switch": env("USE_TOKEN", "true"),
    "an argument's path": deployment({ args: ["--token", "/var/run/token", "--verbose"] }),
    "a file that has none": configMap({ "app.properties": "a=b\npassword=${DB_PASSWORD}\n# password\n" }),
    "a sound table": table({}),
    "another's Table": { ...table({ deletionProtectionEnabled: false }), apiVersion: "example.org/v1" },
    "a policy of some actions": iamPolicy({ Effect: "Allow", Action: "s3:Get*", Resource: "arn:aws:s3:::b/*" }),
    "a denial of everything": iamPolicy({ Effect: "Deny", Action: "*", Resource: "*", NotAction: "s3:*" }),
    "trust in one account": role({ assumeRolePolicyDocument: document({ Effect: "Allow", Principal: { AWS: "1" } }) }),
    "trust under a condition": role({
      assumeRolePolicyDocument: document({ Effect: "Allow", Principal: "*", Condition: { a: {} } }),
    }),
    "a document that is no JSON": role({ assumeRolePolicyDocument: "later", inlinePolicies: { a: "" } }),
  };
  for (const [what, child] of Object.entries(sound)) {
    it(`finds nothing in ${what}`, () => {
      const { findings, untold } = makePolicy().check(child);
      assert.deepEqual([findings, untold], [[], []]);
    });
  }

  const broken: readonly (readonly [what: string, child: KubernetesObject, rule: string])[] = [
    ["no tag, behind a registry's port", deployment({ image: "registry:5000/shop" }), "image-tag"],
    ["the tag latest", deployment({ image: "shop:latest" }), "image-tag"],
    ["no probe", deployment({ readinessProbe: null }), "readiness-probe"],
    ["an endless container", deployment({ livenessProbe: null }), "liveness-probe"],
    [
      "no request of CPU",
      deployment({ resources: { requests: { memory: "1" }, limits: { memory: "1" } } }),
      "cpu-request",
    ],
    ["no limit of memory", deployment({ resources: { requests: { cpu: "1", memory: "1" } } }), "memory-limit"],
    ["a password", env("DB_PASSWORD", "hunter2"), "plain-secret"],
    ["a password without a separator", env("PGPASSWORD", "hunter2"), "plain-secret"],
    ["a key in another notation", env("spring.api-key", "hunter2"), "plain-secret"],
    ["a password in a URL", env("DATABASE", "postgres://me:hunter2@db/x"), "plain-secret"],
    ["an access key under any name", env("WHO", "AKIAIOSFODNN7EXAMPLE"), "plain-secret"],
    ["an argument with a value", deployment({ args: ["--token=hunter2"] }), "plain-secret"],
    ["an argument before its value", deployment({ command: ["run", "--api-key", "hunter2"] }), "plain-secret"],
    ["a key of a ConfigMap", configMap({ apiKey: "hunter2" }), "plain-secret"],
    ["a line of a file", configMap({ "app.yaml": 'a: b\n  password: "hunter2"\n' }), "plain-secret"],
    ["a private key in a file", configMap({ "id.pem": "-----BEGIN RSA PRIVATE KEY-----\n" }), "plain-secret"],
    ["a table without recovery", table({ continuousBackups: {} }), "table-recovery"],
    ["a table without protection", table({ deletionProtectionEnabled: false }), "table-protection"],
    ["a table that goes with its resource", table({}, "delete"), "table-deletion-policy"],
    ["every action", iamPolicy({ Effect: "Allow", Action: "*", Resource: "a" }), "iam-wildcard-action"],
    [
      "all of a service",
      iamPolicy({ Effect: "Allow", Action: ["s3:Get", "s3:*"], Resource: "a" }),
      "iam-wildcard-action",
    ],
    ["every resource", iamPolicy({ Effect: "Allow", Action: "s3:Get", Resource: ["a", "*"] }), "iam-wildcard-resource"],
    ...["?*", "s3:?*", "*:*"].map(
      (Action) =>
        [`the action ${Action}`, iamPolicy({ Effect: "Allow", Action, Resource: "a" }), "iam-wildcard-action"] as const,
    ),
    ...["?*", "*:*", "arn:aws:*", "arn:*:*:*:*:*"].map(
      (Resource) =>
        [
          `the resource ${Resource}`,
          iamPolicy({ Effect: "Allow", Action: "s3:Get", Resource }),
          "iam-wildcard-resource",
        ] as const,
    ),
    [
      "everybody, under no condition",
      role({ assumeRolePolicyDocument: document({ Effect: "Allow", Principal: "*", Condition: {} }) }),
      "iam-wildcard-principal",
    ],
    ["what is left out", iamPolicy({ Effect: "Allow", NotAction: "iam:*", Resource: "a" }), "iam-not-action"],
    [
      "everybody",
      role({ assumeRolePolicyDocument: document({ Effect: "Allow", Principal: { AWS: "*" } }) }),
      "iam-wildcard-principal",
    ],
    [
      "an inline policy",
      role({ inlinePolicies: { a: document({ Effect: "Allow", Action: "*", Resource: "a" }) } }),
      "iam-wildcard-action",
    ],
  ];
  for (const [what, child, rule] of broken) {
    it(`finds ${what}`, () => assert.deepEqual(rulesOf(child), [rule]));
  }

  it("never tells a value that may be a credential", () => {
    const texts = broken.filter(([, , rule]) => rule === "plain-secret").map(([, child]) => makePolicy().check(child));
    assert.doesNotMatch(JSON.stringify(texts), /hunter2|AKIA/);
  });

  for (const unknown of [new KnownAfterApply("${table.status.x}"), new Secret()]) {
    it(`says of ${unknown.constructor.name} that it can't be told, and finds nothing`, () => {
      const children: readonly (readonly [KubernetesObject, string])[] = [
        [deployment({ image: unknown }), "spec.template.spec.containers[name=web].image"],
        [deployment({ readinessProbe: unknown }), "spec.template.spec.containers[name=web].readinessProbe"],
        [env("PASSWORD", unknown), "spec.template.spec.containers[name=web].env[name=PASSWORD].value"],
        [table({ deletionProtectionEnabled: unknown }), "spec.deletionProtectionEnabled"],
        [role({ assumeRolePolicyDocument: unknown }), "spec.assumeRolePolicyDocument"],
        [configMap({ password: unknown }), "data.password"],
      ];
      for (const [child, path] of children) {
        const { findings, untold } = makePolicy().check(child);
        assert.deepEqual([findings, untold], [[], [path]]);
      }
      assert.deepEqual(makePolicy().check(env("ENDPOINT", unknown)).untold, [], "what no rule depends on");
    });
  }

  it("demands labels when some are named", () => {
    const child = { ...configMap({}), metadata: { name: "x", labels: { team: "a", owner: "" } } };
    assert.deepEqual(makePolicy({ labels: ["team"] }).check(child).findings, []);
    const { findings } = makePolicy({ labels: ["team", "owner", "cost/centre"] }).check(child);
    assert.deepEqual(
      findings.map(({ message }) => message),
      ["the labels owner, cost/centre are missing"],
    );
  });

  it("has a switch for each rule, and for groups of them: a rule's own comes first", () => {
    const child = deployment({ image: "shop", securityContext: null });
    const severities = (rules: PolicySettings["rules"]) =>
      Object.fromEntries(
        makePolicy({ rules })
          .check(child)
          .findings.map(({ rule, severity }) => [rule, severity]),
      );
    assert.equal(severities({})["image-tag"], "error");
    assert.equal(severities({ "image-tag": "warn" })["image-tag"], "warn");
    assert.deepEqual(severities({ "image-tag": "off", "pod-security": "off", "cpu-limit": "warn" }), {
      "cpu-limit": "warn",
    });
    assert.deepEqual(
      severities({ "image-tag": "off", "pod-security": "off", "pod-security-run-as-non-root": "warn" }),
      {
        "pod-security-run-as-non-root": "warn",
      },
    );
  });

  it("accepts what an exception names, and says so", () => {
    const accepted = (exception: object) =>
      makePolicy({ exceptions: [{ rule: "image-tag", reason: "a test", ...exception }] }).check(
        deployment({ image: "shop" }),
      );
    for (const one of [{}, { kind: "Deployment" }, { name: "x" }, { kind: "Deployment", name: "shops/x" }]) {
      assert.deepEqual(accepted(one), {
        findings: [],
        excepted: ["image-tag of Deployment shops/x is accepted: a test"],
        untold: [],
      });
    }
    for (const one of [{ kind: "Pod" }, { name: "y" }, { name: "other/x" }, { rule: "iam" }]) {
      assert.equal(accepted(one).findings.length, 1, JSON.stringify(one));
    }
  });
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { isSecret, output, runtime } from "@pulumi/pulumi";
import { parse } from "yaml";
import { checkArgs } from "../../components/index.ts";
import { readConfig } from "../../config.ts";
import { declare } from "./components/mocks.ts";

type Values = Record<string, string | number | boolean | object>;

async function read(values: Values, secretKeys: readonly string[] = []) {
  await declare();
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  runtime.setAllConfig(
    Object.fromEntries(Object.entries(values).map(([key, value]) => [`carts-stack:${key}`, text(value)])),
  );
  // As the engine says it.
  process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(secretKeys.map((key) => `carts-stack:${key}`));
  try {
    return readConfig();
  } finally {
    delete process.env.PULUMI_CONFIG_SECRET_KEYS;
  }
}

const long = (length: number) => "x".repeat(length);
const BAD: [title: string, values: Values, ...expected: RegExp[]][] = [
  ["no cluster", {}, /carts-stack:clusterName is not set/],
  ["a cluster name with a space", { clusterName: "my cluster" }, /clusterName is "my cluster", but .*1 to 100 letters/],
  [
    "a role name over 64 characters",
    { clusterName: long(52) },
    /clusterName is "x+", but the IAM role .* 64 .*set roleName/,
  ],
  [
    "a role name over 64 characters, of another instance",
    { clusterName: long(28), instanceName: long(30) },
    /clusterName is "x+", but the IAM role x+-carts-x+ .* 64/,
  ],
  [
    "an instance that would have the table of carts-kro",
    { clusterName: "c", instanceName: "kro" },
    /instanceName is "kro", but c-carts-kro is the table of carts-kro: choose another, or set tableName/,
  ],
  [
    "an instance that would have the role of carts-kro",
    { clusterName: "c", instanceName: "dynamo" },
    /instanceName is "dynamo", but c-carts-dynamo is the role of carts-kro: choose another, or set roleName/,
  ],
  [
    "a bad scope of the role",
    { clusterName: "c", roleScope: "all" },
    /roleScope is "all", but must be cluster or table/,
  ],
  ["a bad role name", { clusterName: "c", roleName: "a role" }, /roleName is "a role", but .*1 to 64/],
  ["a table name too short", { clusterName: "c", roleName: "r", tableName: "ab" }, /tableName is "ab", but .*3 to 255/],
  ["a table name too long", { clusterName: "c", roleName: "r", tableName: long(256) }, /tableName is .*3 to 255/],
  ["a table name with a slash", { clusterName: "c", roleName: "r", tableName: "a/b/c" }, /tableName is "a\/b\/c"/],
  [
    "a table outside of the role's reach",
    { clusterName: "c", tableName: "other" },
    /tableName is "other", but must begin with c-carts-/,
  ],
  [
    "a namespace in capitals",
    { clusterName: "c", namespace: "Carts" },
    /namespace is "Carts", but must be a DNS label/,
  ],
  ["a namespace over 63 characters", { clusterName: "c", namespace: long(64) }, /namespace is .*DNS label: 1 to 63/],
  [
    "a namespace of Kubernetes",
    { clusterName: "c", namespace: "kube-system" },
    /namespace is "kube-system", but .*deleted with the instance/,
  ],
  [
    "the instance's own namespace",
    { clusterName: "c", namespace: "a", instanceNamespace: "a" },
    /namespace is "a".*instanceNamespace/,
  ],
  ["a bad instance name", { clusterName: "c", instanceName: "-x" }, /instanceName is "-x", but must be a DNS label/],
  ["a bad instance namespace", { clusterName: "c", instanceNamespace: "a.b" }, /instanceNamespace is "a.b"/],
  ["a bad service account", { clusterName: "c", serviceAccount: "a_b" }, /serviceAccount is "a_b"/],
  [
    "an image with a tag",
    { clusterName: "c", image: "repo/cart:1" },
    /image is "repo\/cart:1", but must have no tag.*imageVersion/,
  ],
  ["an empty image", { clusterName: "c", image: "" }, /image is ""/],
  [
    "a digest that is cut short",
    { clusterName: "c", imageVersion: `1.3.0@sha256:${"a".repeat(63)}` },
    /imageVersion is "1\.3\.0@sha256:a+", but .* 64 hexadecimal digits/,
  ],
  [
    "a digest without a tag",
    { clusterName: "c", imageVersion: `@sha256:${"a".repeat(64)}` },
    /imageVersion is "@sha256:a+", but must be an image tag/,
  ],
  [
    "a reference to a Secret without a key",
    { clusterName: "c", environmentFrom: { TOKEN: { secret: "shop" } } },
    /environmentFrom\.TOKEN\.key is not set, but must be a Secret's key/,
  ],
  [
    "a reference to a Secret that is a text",
    { clusterName: "c", environmentFrom: { TOKEN: "shop/token" } },
    /environmentFrom\.TOKEN is "shop\/token", but must be an object/,
  ],
  [
    "a reference to a Secret with a key too many",
    { clusterName: "c", environmentFrom: { TOKEN: { secret: "shop", key: "token", optional: true } } },
    /environmentFrom\.TOKEN\.optional is not a key: environmentFrom\.TOKEN has secret and key/,
  ],
  [
    "a Secret that can't be",
    { clusterName: "c", environmentFrom: { TOKEN: { secret: "Shop", key: "a/b" } } },
    /environmentFrom\.TOKEN\.secret is "Shop", but .*\n.*environmentFrom\.TOKEN\.key is "a\/b", but/,
  ],
  [
    "a variable that has a value as well",
    { clusterName: "c", environment: { A: "1" }, environmentFrom: { A: { secret: "s", key: "a" } } },
    /environmentFrom is "A", but environment has it, too/,
  ],
  [
    "a variable of the stack's own, by reference",
    { clusterName: "c", environmentFrom: { RETAIL_CART_PERSISTENCE_PROVIDER: { secret: "s", key: "a" } } },
    /environmentFrom is "RETAIL_CART_PERSISTENCE_PROVIDER", but is set by the stack/,
  ],
  [
    "a label that would let other pods in",
    { clusterName: "c", namespaceLabels: { "pod-security.kubernetes.io/enforce": "privileged" } },
    /namespaceLabels is "pod-security\.kubernetes\.io\/enforce", but .*can't be overridden/,
  ],
  [
    "labels and annotations of kro's",
    {
      clusterName: "c",
      namespaceLabels: { "kro.run/owned": "false", "app.kubernetes.io/managed-by": "us" },
      namespaceAnnotations: { "internal.kro.run/x": "1" },
    },
    /namespaceLabels is "kro\.run\/owned".*\n.*"app\.kubernetes\.io\/managed-by".*\n.*namespaceAnnotations is "internal/,
  ],
  ["a label that can't be", { clusterName: "c", namespaceLabels: { "/a": "1" } }, /namespaceLabels is "\/a", but/],
  [
    "a label's value over 63 characters",
    { clusterName: "c", namespaceLabels: { a: long(64) } },
    /namespaceLabels\.a is "x+", but .*at most 63/,
  ],
  [
    "an annotation that is a number",
    { clusterName: "c", namespaceAnnotations: { a: 1 } },
    /namespaceAnnotations\.a is 1, but must be a string/,
  ],
  ["a bad tag", { clusterName: "c", imageVersion: "1.0 beta" }, /imageVersion is "1.0 beta"/],
  ["no replicas", { clusterName: "c", replicas: 0 }, /replicas is 0, but must be a whole number, from 1 to 2147483647/],
  [
    "more replicas than a Deployment takes",
    { clusterName: "c", replicas: 2 ** 31 },
    /replicas is 2147483648, but must be/,
  ],
  ["half a replica", { clusterName: "c", replicas: 1.5 }, /replicas is "1.5", but must be a whole number/],
  ["replicas in words", { clusterName: "c", replicas: "two" }, /replicas is "two", but must be a whole number/],
  [
    "a bad quantity",
    { clusterName: "c", resources: { requests: { cpu: "lots" } } },
    /resources\.requests\.cpu is "lots"/,
  ],
  [
    "an unknown resource",
    { clusterName: "c", resources: { limits: { cpu: "1" } } },
    /resources\.limits\.cpu .*is not a key/,
  ],
  ["an environment that is a list", { clusterName: "c", environment: ["A"] }, /environment is .*must be an object/],
  [
    "a number in the environment",
    { clusterName: "c", environment: { A: 1 } },
    /environment\.A is 1, but must be a string/,
  ],
  [
    "a reserved variable",
    { clusterName: "c", environment: { RETAIL_CART_PERSISTENCE_PROVIDER: "x" } },
    /environment .*set by the stack/,
  ],
  ["an AWS tag", { clusterName: "c", tags: { "aws:x": "1" } }, /tags is "aws:x".*not beginning with `aws:`/],
  ["a tag of the stack's own", { clusterName: "c", tags: { "carts-stack/x": "1" } }, /tags is "carts-stack\/x".*own/],
  [
    "more tags than AWS takes beside the stack's own",
    { clusterName: "c", tags: Object.fromEntries([...Array(45).keys()].map((i) => [`t${i}`, ""])) },
    /tags is 45, but AWS takes at most 50 tags, of which/,
  ],
  [
    "a protection that there isn't",
    { clusterName: "c", tableProtection: "full" },
    /tableProtection is "full", but must be none or standard/,
  ],
  [
    "a key's alias",
    { clusterName: "c", tableKmsKey: "alias/carts" },
    /tableKmsKey is "alias\/carts", but must be the ARN of a KMS key.*`aws kms describe-key/,
  ],
  [
    "an alias's ARN",
    { clusterName: "c", tableKmsKey: "arn:aws:kms:us-west-2:111122223333:alias/carts" },
    /tableKmsKey is "arn:.*must be the ARN of a KMS key/,
  ],
  ["a key as time to live", { clusterName: "c", tableTtlAttribute: "id" }, /tableTtlAttribute is "id", but must be/],
  ["a name too long", { clusterName: "c", tableTtlAttribute: long(256) }, /tableTtlAttribute is .*255 characters/],
  ["a word for adoptTable", { clusterName: "c", adoptTable: "yes" }, /adoptTable is "yes", but must be true or false/],
  ["a tag's value that AWS refuses", { clusterName: "c", tags: { a: "x|y" } }, /tags\.a is "x\|y", but must be/],
  ["a tag's value too long", { clusterName: "c", tags: { a: long(257) } }, /tags\.a is .*256/],
  [
    "neither retain nor delete",
    { clusterName: "c", tableOnDestroy: "keep" },
    /tableOnDestroy is "keep", but must be retain or delete/,
  ],
  ["a word for routeUi", { clusterName: "c", routeUi: "ui" }, /routeUi is "ui", but must be true or false/],
  [
    "a bad namespace of the ui",
    { clusterName: "c", ui: { namespace: "UI" } },
    /ui\.namespace is "UI", but .*DNS label/,
  ],
  ["a bad Deployment", { clusterName: "c", ui: { deployment: "-ui" } }, /ui\.deployment is "-ui", but .*1 to 253/],
  ["a bad container", { clusterName: "c", ui: { container: "a b" } }, /ui\.container is "a b"/],
  ["an unknown key of the ui", { clusterName: "c", ui: { pod: "x" } }, /ui\.pod .*is not a key/],
  ["a bad timeout", { clusterName: "c", timeouts: { create: "10 minutes" } }, /timeouts\.create is "10 minutes"/],
  ["an unknown timeout", { clusterName: "c", timeouts: { read: "1m" } }, /timeouts\.read .*is not a key/],
  [
    "a misspelt key",
    { clusterName: "c", tablename: "x" },
    /carts-stack:tablename is not a key of this project.*tableName/,
  ],
  [
    "a cluster that is made and exists",
    { clusterName: "c", createCluster: true, context: "x" },
    /createCluster is true, but/,
  ],
  [
    "a definition that a new cluster can't have",
    { clusterName: "c", createCluster: true, createDefinition: false },
    /createDefinition is false, but createCluster/,
  ],
  ["a word for true", { clusterName: "c", createCluster: "yes" }, /createCluster is "yes", but must be true or false/],
  ["two at once", { clusterName: "c", replicas: 0, namespace: "A" }, /replicas is 0/, /namespace is "A"/],
];

describe("config", () => {
  for (const [title, values, ...expected] of BAD) {
    it(`refuses ${title}, naming the key, the value and the rule`, async () => {
      await assert.rejects(read(values), (error: Error) => {
        for (const pattern of expected) assert.match(error.message, pattern);
        assert.match(error.message, /pulumi config set carts-stack:KEY VALUE/);
        return true;
      });
    });
  }

  it("needs the cluster's name and nothing else", async () => {
    const { carts, cluster } = await read({ clusterName: "eks-workshop-auto" });
    assert.equal(checkArgs(carts).tableName, "eks-workshop-auto-carts-kro");
    assert.deepEqual(JSON.parse(JSON.stringify(cluster)), { clusterName: "eks-workshop-auto" });
  });

  it("passes what was set with --secret on as a secret, and what can't be one as it is", async () => {
    const values = { clusterName: "c", tableName: "c-carts-hush", tags: { team: "a" }, createDefinition: true };
    const { carts } = await read(values, ["tableName", "tags", "createDefinition"]);
    for (const value of [carts.tableName, carts.tags]) assert.equal(await isSecret(output(value)), true);
    assert.deepEqual([carts.clusterName, carts.createDefinition], ["c", true]);
  });

  it("takes names at their limits", async () => {
    const longest = { namespace: long(63), serviceAccount: long(63), imageVersion: long(128) };
    for (const values of [
      { ...longest, clusterName: long(51), tableName: `${long(51)}-carts-${long(197)}` },
      { ...longest, clusterName: long(27), instanceName: long(30), tableName: long(255) },
      { ...longest, clusterName: long(100), instanceName: long(63), roleName: long(64), tableName: long(255) },
    ]) {
      checkArgs((await read(values)).carts);
    }
  });

  it("comes to the same with what Pulumi.yaml declares as without", async () => {
    const declared: Record<string, { default?: string | number | boolean }> = parse(
      readFileSync(new URL("../../Pulumi.yaml", import.meta.url), "utf8"),
    ).config;
    const defaults = Object.entries(declared).map(([key, { default: value }]) => [key, value ?? "c"]);
    const { carts, cluster } = await read(Object.fromEntries(defaults));
    const { carts: given } = await read({ clusterName: "c" });
    assert.deepEqual(checkArgs(carts), checkArgs(given));
    assert.equal(cluster.createCluster, false);
  });
});

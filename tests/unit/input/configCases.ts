import type { Case } from "./refusal.ts";

/** A stack's config that can't be used. */
export interface ConfigCase extends Case {
  /** By key; what is no text comes as JSON, as Pulumi passes it on. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The stack's own file, where it matters how that has them. */
  readonly file?: string;
  /** Keys set with `--secret`. */
  readonly secretKeys?: readonly string[];
}

const long = (length: number) => "x".repeat(length);
export const of = (title: string, values: object, says: RegExp, more: Partial<ConfigCase> = {}): ConfigCase => ({
  ...{ title, says, ...more },
  values: { clusterName: "c", ...values },
});
const environment = (title: string, name: string, says: RegExp, value = "x") =>
  of(title, { environment: { [name]: value } }, says);
const image = (title: string, image: string) => of(title, { image }, /^image is .*must be an image repository, as in/);
const request = (title: string, resources: object, says: RegExp) => of(title, { resources }, says);

const BEFORE = /^environment is ".*", but would come before the credentials .*leave it out/;

/** Boundaries, wrong types, letters that look alike, what YAML makes of a text, keys that aren't any, contradictions. */
export const CONFIG_CASES: readonly ConfigCase[] = [
  { title: "no cluster", values: {}, says: /^clusterName is not set/ },
  of(
    "a cluster's name with a space",
    { clusterName: "my cluster" },
    /^clusterName is "my cluster", but .*1 to 100 letters/,
  ),
  of("an empty cluster's name", { clusterName: "" }, /^clusterName is "", but can't be empty: `pulumi config rm/),
  of("a cluster's name of 101 characters", { clusterName: long(101), roleName: "r" }, /^clusterName is .*1 to 100/),
  of("a cluster's name in Cyrillic", { clusterName: "сart" }, /^clusterName is "сart", but .*letters, digits/),
  of("a cluster's name with a line break", { clusterName: "a\nb" }, /^clusterName is "a\\nb"/),
  of("a cluster's name that begins with `-`", { clusterName: "-c" }, /^clusterName is "-c".*beginning with a letter/),
  of(
    "a cluster's ARN",
    { clusterName: "arn:aws:eks:us-west-2:111122223333:cluster/c" },
    /^clusterName is "arn:.*name: 1 to 100/,
  ),
  of(
    "a role's name over 64 characters",
    { clusterName: long(52) },
    /^clusterName is "x+", but the IAM role .* 64 .*set roleName/,
  ),
  of(
    "a role's name over 64 characters, of another instance",
    { clusterName: long(28), instanceName: long(30) },
    /^clusterName is "x+", but the IAM role x+-carts-x+ .* 64/,
  ),
  of(
    "an instance that would have the table of carts-kro",
    { instanceName: "kro" },
    /^instanceName is "kro", but c-carts-kro is the table of carts-kro: choose another, or set tableName/,
  ),
  of(
    "an instance that would have the role of carts-kro",
    { instanceName: "dynamo" },
    /^instanceName is "dynamo", but c-carts-dynamo is the role of carts-kro: choose another, or set roleName/,
  ),
  of("a bad instance's name", { instanceName: "-x" }, /^instanceName is "-x", but must be a DNS label/),
  of("an instance's name of 64 characters", { instanceName: long(64) }, /^instanceName is .*1 to 63/),
  of("an instance's namespace with a dot", { instanceNamespace: "a.b" }, /^instanceNamespace is "a.b".*DNS label/),
  of("a bad scope of the role", { roleScope: "all" }, /^roleScope is "all", but must be cluster or table/),
  of(
    "a scope for a role that is not made",
    { roleName: "r", roleScope: "table" },
    /^roleScope is set, but .*set only one/,
  ),
  of("a role's name with a space", { roleName: "a role" }, /^roleName is "a role", but .*1 to 64/),
  of("a role's ARN", { roleName: "arn:aws:iam::111122223333:role/r" }, /^roleName is "arn:.*an IAM role's name/),
  of("a role's name of 65 characters", { roleName: long(65) }, /^roleName is .*1 to 64/),
  of("a table's name of 2 characters", { roleName: "r", tableName: "ab" }, /^tableName is "ab", but .*3 to 255/),
  of("a table's name of 256 characters", { roleName: "r", tableName: long(256) }, /^tableName is .*3 to 255/),
  of("a table's name with a slash", { roleName: "r", tableName: "a/b/c" }, /^tableName is "a\/b\/c"/),
  of("a table's name with an umlaut", { roleName: "r", tableName: "wägen" }, /^tableName is "wägen".*letters, digits/),
  of("`tableName: 0o17`, which YAML reads as 15", { tableName: "15" }, /^tableName is "15"/),
  of(
    "a table outside of the role's reach",
    { tableName: "other" },
    /^tableName is "other", but must begin with c-carts-.*or set/,
  ),
  of("a namespace in capitals", { namespace: "Carts" }, /^namespace is "Carts", but must be a DNS label/),
  of("a namespace of 64 characters", { namespace: long(64) }, /^namespace is .*DNS label: 1 to 63/),
  of("an empty namespace, `namespace:` in YAML", { namespace: "" }, /^namespace is "", but can't be empty/),
  of("a namespace with an emoji", { namespace: "carts-🛒" }, /^namespace is "carts-🛒"/),
  of("a namespace that looks like another", { namespace: "ｃarts" }, /^namespace is "ｃarts"/),
  of("a date for a namespace", { namespace: "2026-11-27 00:00:00 +0000 UTC" }, /^namespace is "2026/),
  of(
    "a namespace of Kubernetes",
    { namespace: "kube-system" },
    /^namespace is "kube-system", but .*deleted with the instance/,
  ),
  of(
    "the instance's own namespace",
    { namespace: "a", instanceNamespace: "a" },
    /^namespace is "a".*nor instanceNamespace/,
  ),
  of(
    "an instance whose namespace would be Kubernetes' own",
    { instanceName: "default" },
    /^instanceName is "default", but .*set namespace/,
  ),
  of(
    "an instance's namespace that is the service's own",
    { instanceNamespace: "carts-kro" },
    /^instanceNamespace is "carts-kro", but .*set namespace/,
  ),
  of("a bad service account", { serviceAccount: "a_b" }, /^serviceAccount is "a_b".*DNS label/),
  of("an image with a tag", { image: "repo/cart:1" }, /^image is "repo\/cart:1", but must have no tag.*imageVersion/),
  of("an empty image", { image: "" }, /^image is "", but can't be empty/),
  image("an image with an empty part", "repo//x"),
  image("an image that ends with a slash", "repo/"),
  image("an image that begins with a slash", "/repo"),
  image("an image in capitals", "repo/Cart"),
  image("an image with a digest", "repo/cart@sha256:0123"),
  image("an image with an address's scheme", "https://repo/cart"),
  image("an image whose part begins with `-`", "repo/-cart"),
  image("an image with three underscores", "repo/a___b"),
  image("an image at a port that there isn't", "repo:70000/cart"),
  image("an image of 64 hexadecimal digits", "0".repeat(64)),
  image("an image of 248 characters", long(248)),
  of("a tag with a space", { imageVersion: "1.0 beta" }, /^imageVersion is "1.0 beta", but must be an image tag/),
  of("a tag of 129 characters", { imageVersion: long(129) }, /^imageVersion is .*1 to 128/),
  of("a tag that begins with a dot", { imageVersion: ".1" }, /^imageVersion is ".1"/),
  of(
    "`imageVersion: 1.10` without quotes",
    { imageVersion: "1.1" },
    /^imageVersion is 1.10 in Pulumi.test.yaml, a number that YAML reads as "1.1": put it in quotes/,
    {
      file: "config:\n  carts-stack:imageVersion: 1.10 # the newest\n",
    },
  ),
  of(
    "`imageVersion: 1e3` without quotes",
    { imageVersion: "1000" },
    /^imageVersion is 1e3 in Pulumi.test.yaml.*put it in quotes/,
    {
      file: "config:\n  carts-stack:imageVersion: 1e3\n",
    },
  ),
  of(
    "`namespace: 0o17` without quotes",
    { namespace: "15" },
    /^namespace is 0o17 in Pulumi.test.yaml.*put it in quotes/,
    {
      file: 'config:\n  "carts-stack:namespace": 0o17\n',
    },
  ),
  of("no replicas", { replicas: 0 }, /^replicas is 0, but must be a whole number, from 1 to 2147483647/),
  of("more replicas than an int32", { replicas: 2 ** 31 }, /^replicas is 2147483648, but must be/),
  of("half a replica", { replicas: 1.5 }, /^replicas is "1.5", but must be a whole number/),
  of("replicas in words", { replicas: "two" }, /^replicas is "two", but must be a whole number/),
  of("infinite replicas", { replicas: "1e400" }, /^replicas is "1e400", but must be a whole number/),
  of("`replicas: no`", { replicas: "no" }, /^replicas is "no", but must be a whole number/),
  of("negative replicas", { replicas: -1 }, /^replicas is -1, but must be/),
  of("a word for replicas' list", { replicas: [1] }, /^replicas is "\[1\]", but must be a whole number/),
  request(
    "a bad quantity",
    { requests: { cpu: "lots" } },
    /^resources\.requests\.cpu is "lots", but must be a Kubernetes quantity/,
  ),
  request("a number for a quantity", { requests: { cpu: 1 } }, /^resources\.requests\.cpu is 1, but .*in quotes/),
  request("a negative quantity", { requests: { cpu: "-1" } }, /^resources\.requests\.cpu is "-1"/),
  request(
    "a unit that there isn't",
    { requests: { memory: "1gb" } },
    /^resources\.requests\.memory is "1gb".*512Mi or 1Gi/,
  ),
  request(
    "memory in thousandths of a byte",
    { limits: { memory: "400m" } },
    /^resources\.limits\.memory is "400m".*of bytes/,
  ),
  request(
    "a request above its limit",
    { requests: { memory: "2Gi" }, limits: { memory: "1Gi" } },
    /^resources\.requests\.memory is "2Gi", but resources\.limits\.memory is "1Gi": .*set both/,
  ),
  request(
    "a limit below the usual request",
    { limits: { memory: "1073741823" } },
    /^resources\.requests\.memory is "1Gi", but resources\.limits\.memory is "1073741823"/,
  ),
  request("an unknown resource", { limits: { cpu: "1" } }, /^resources\.limits\.cpu is not a key: .*has memory/),
  request("a misspelt resource", { limit: {} }, /^resources\.limit is not a key \(did you mean limits\?\)/),
  of("resources that are a text", { resources: "small" }, /^resources is "small", but must be an object/),
  of("an environment that is a list", { environment: ["A"] }, /^environment is .*must be an object/),
  of(
    "a number in the environment",
    { environment: { A: 1 } },
    /^environment\.A is 1, but must be a string: put it in quotes/,
  ),
  of(
    "null in the environment, `A: ~` in YAML",
    { environment: { A: null } },
    /^environment\.A is null, but must be a string/,
  ),
  of("a NUL in the environment", { environment: { A: "a\0b" } }, /^environment\.A is "a\\u0000b".*no NUL/),
  of("half a character in the environment", { environment: { A: "\ud800" } }, /^environment\.A is .*must be a string/),
  of(
    "a variable that begins with a digit",
    { environment: { "1A": "x" } },
    /^environment is "1A", but must hold names/,
  ),
  of("a variable without a name", { environment: { "": "x" } }, /^environment is "", but must hold names/),
  of(
    "a variable too long for Linux",
    { environment: { A: long(131_070) } },
    /^environment\.A has 131072 bytes .*shorten it/,
  ),
  of(
    "an environment too big for an object",
    { environment: Object.fromEntries([..."ABCDEFGHI"].map((name) => [name, long(120_000)])) },
    /^environment has 1080018 bytes, but .*leave some out/,
  ),
  environment(
    "a variable of the stack's own",
    "RETAIL_CART_PERSISTENCE_PROVIDER",
    /^environment .*set by the stack: use tableName/,
  ),
  environment("the same as Spring reads it too", "retail.cart.persistence.provider", /^environment .*set by the stack/),
  environment("keys for the pods", "AWS_ACCESS_KEY_ID", BEFORE),
  environment("a profile for the pods", "AWS_PROFILE", BEFORE),
  environment("a web identity for the pods", "AWS_WEB_IDENTITY_TOKEN_FILE", BEFORE),
  environment("another agent for the pods", "AWS_CONTAINER_CREDENTIALS_FULL_URI", BEFORE),
  environment("a token for another agent", "AWS_CONTAINER_AUTHORIZATION_TOKEN", BEFORE),
  environment("a credentials file for the pods", "AWS_SHARED_CREDENTIALS_FILE", BEFORE),
  environment("keys as options of Java's", "JAVA_TOOL_OPTIONS", BEFORE, "-Xmx1g -Daws.accessKeyId=x"),
  of("a tag that is AWS's", { tags: { "aws:x": "1" } }, /^tags is "aws:x".*not beginning with `aws:`/),
  of("a tag that is AWS's, in capitals", { tags: { "AWS:x": "1" } }, /^tags is "AWS:x".*not beginning with `aws:`/),
  of("a tag's value that is AWS's", { tags: { x: "Aws:1" } }, /^tags\.x is "Aws:1".*not beginning with `aws:`/),
  of("a tag's value that AWS refuses", { tags: { a: "x|y" } }, /^tags\.a is "x\|y", but must be/),
  of("a tag's value with a tab", { tags: { a: "x\ty" } }, /^tags\.a is "x\\ty", but must be/),
  of("a tag's value with an emoji", { tags: { a: "🛒" } }, /^tags\.a is "🛒", but must be/),
  of("a tag's value of 257 characters", { tags: { a: long(257) } }, /^tags\.a is .*256/),
  of("a number for a tag", { tags: { a: 1 } }, /^tags\.a is 1, but must be a string, in quotes/),
  of("a tag's key of 129 characters", { tags: { [long(129)]: "x" } }, /^tags is .*1 to 128/),
  of("a tag without a key", { tags: { "": "x" } }, /^tags is "", but must hold keys/),
  of(
    "two tags that differ in capitals",
    { tags: { Team: "a", team: "b" } },
    /^tags is "team", but IAM takes it .*leave one out/,
  ),
  of(
    "more tags than AWS takes",
    { tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`t${i}`, ""])) },
    /^tags is 51, but AWS takes at most 50 tags.*leave some out/,
  ),
  of(
    "neither retain nor delete",
    { tableOnDestroy: "keep" },
    /^tableOnDestroy is "keep", but must be retain or delete/,
  ),
  of("a word for routeUi", { routeUi: "ui" }, /^routeUi is "ui", but must be true or false/),
  of("`routeUi: yes`", { routeUi: "yes" }, /^routeUi is "yes", but must be true or false/),
  of("a number for createDefinition", { createDefinition: 1 }, /^createDefinition is "1", but must be true or false/),
  of("a bad namespace of the ui", { ui: { namespace: "UI" } }, /^ui\.namespace is "UI", but .*DNS label/),
  of("a bad Deployment", { ui: { deployment: "-ui" } }, /^ui\.deployment is "-ui", but .*1 to 253/),
  of("a Deployment with two dots", { ui: { deployment: "a..b" } }, /^ui\.deployment is "a\.\.b"/),
  of("a Deployment of 254 characters", { ui: { deployment: long(254) } }, /^ui\.deployment is .*1 to 253/),
  of("a bad container", { ui: { container: "a b" } }, /^ui\.container is "a b".*DNS label/),
  of("an unknown key of the ui", { ui: { pod: "x" } }, /^ui\.pod is not a key: ui has namespace/),
  of(
    "a time in words",
    { timeouts: { create: "10 minutes" } },
    /^timeouts\.create is "10 minutes", but a time is written/,
  ),
  of(
    "a time of nothing",
    { timeouts: { update: "0s" } },
    /^timeouts\.update is "0s", but a time is written such as 90s/,
  ),
  of("a time beyond what a timer takes", { timeouts: { delete: "577h" } }, /^timeouts\.delete is "577h".*at most 576h/),
  of("a time as Go writes it", { timeouts: { create: "1.5h" } }, /^timeouts\.create is "1.5h"/),
  of("a number for a time", { timeouts: { create: 600 } }, /^timeouts\.create is 600, but a time is written/),
  of("an unknown timeout", { timeouts: { read: "1m" } }, /^timeouts\.read is not a key/),
  of("a misspelt key", { tablename: "x" }, /^tablename is not a key of this project \(did you mean tableName\?\)/),
  of("a key that every object has", { constructor: "x" }, /^constructor is not a key of this project/),
  of("a key with a colon", { "tags:team": "x" }, /^tags:team is not a key of this project/),
  of(
    "a cluster that is made and exists",
    { createCluster: true, context: "x" },
    /^createCluster is true, but .*set only one/,
  ),
  of(
    "a definition that a new cluster can't have",
    { createCluster: true, createDefinition: false },
    /^createDefinition is false, but createCluster .*set only one/,
  ),
  of("an empty kubeconfig", { kubeconfig: "" }, /^kubeconfig is "", but can't be empty/),
  of("a word for true", { createCluster: "yes" }, /^createCluster is "yes", but must be true or false/),
  of("a bad value that is a secret", { tableName: "hush hush" }, /^tableName is \[secret\], but must be a DynamoDB/, {
    secretKeys: ["tableName"],
  }),
];

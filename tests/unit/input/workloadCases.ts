import { type ConfigCase, long, of } from "./configCase.ts";

/** What is given of the pods, their namespace and their table. */
export const WORKLOAD_CASES: readonly ConfigCase[] = [
  of(
    "a digest that is cut short",
    { imageVersion: `1.3.0@sha256:${"a".repeat(63)}` },
    /^imageVersion is "1\.3\.0@sha256:a+", but .* 64 hexadecimal digits/,
  ),
  of(
    "a digest without a tag",
    { imageVersion: `@sha256:${"a".repeat(64)}` },
    /^imageVersion is "@sha256:a+", but must be an image tag/,
  ),
  of(
    "a reference to a Secret without a key",
    { environmentFrom: { TOKEN: { secret: "shop" } } },
    /^environmentFrom\.TOKEN\.key is not set, but must be a Secret's key/,
  ),
  of(
    "a reference to a Secret that is a text",
    { environmentFrom: { TOKEN: "shop/token" } },
    /^environmentFrom\.TOKEN is "shop\/token", but must be an object/,
  ),
  of(
    "a reference to a Secret with a key too many",
    { environmentFrom: { TOKEN: { secret: "shop", key: "token", optional: true } } },
    /^environmentFrom\.TOKEN\.optional is not a key: environmentFrom\.TOKEN has secret and key/,
  ),
  of(
    "a Secret that can't be",
    { environmentFrom: { TOKEN: { secret: "Shop", key: "a" } } },
    /^environmentFrom\.TOKEN\.secret is "Shop", but/,
  ),
  of(
    "a Secret's key that can't be",
    { environmentFrom: { TOKEN: { secret: "shop", key: "a/b" } } },
    /^environmentFrom\.TOKEN\.key is "a\/b", but/,
  ),
  of(
    "credentials from a Secret",
    { environmentFrom: { AWS_ACCESS_KEY_ID: { secret: "s", key: "a" } } },
    /^environmentFrom is "AWS_ACCESS_KEY_ID", but would come before the credentials/,
  ),
  of(
    "a variable that has a value as well",
    { environment: { A: "1" }, environmentFrom: { A: { secret: "s", key: "a" } } },
    /^environmentFrom is "A", but environment has it, too/,
  ),
  of(
    "a variable of the stack's own, by reference",
    { environmentFrom: { RETAIL_CART_PERSISTENCE_PROVIDER: { secret: "s", key: "a" } } },
    /^environmentFrom is "RETAIL_CART_PERSISTENCE_PROVIDER", but is set by the stack/,
  ),
  of(
    "a label that would let other pods in",
    { namespaceLabels: { "pod-security.kubernetes.io/enforce": "privileged" } },
    /^namespaceLabels is "pod-security\.kubernetes\.io\/enforce", but .*can't be overridden/,
  ),
  of(
    "a label of kro's",
    { namespaceLabels: { "kro.run/owned": "false" } },
    /^namespaceLabels is "kro\.run\/owned", but is set by/,
  ),
  of(
    "a label of whoever manages it",
    { namespaceLabels: { "app.kubernetes.io/managed-by": "us" } },
    /^namespaceLabels is "app\.kubernetes\.io\/managed-by"/,
  ),
  of(
    "an annotation of kro's",
    { namespaceAnnotations: { "internal.kro.run/x": "1" } },
    /^namespaceAnnotations is "internal/,
  ),
  of("a label that can't be", { namespaceLabels: { "/a": "1" } }, /^namespaceLabels is "\/a", but/),
  of(
    "a label's value over 63 characters",
    { namespaceLabels: { a: long(64) } },
    /^namespaceLabels\.a is "x+", but .*at most 63/,
  ),
  of(
    "an annotation that is a number",
    { namespaceAnnotations: { a: 1 } },
    /^namespaceAnnotations\.a is 1, but must be a string/,
  ),
  of("a tag of the stack's own", { tags: { "carts-stack/x": "1" } }, /^tags is "carts-stack\/x".*own/),
  of(
    "more tags than AWS takes beside the stack's own",
    { tags: Object.fromEntries([...Array(45).keys()].map((i) => [`t${i}`, ""])) },
    /^tags is 45, but AWS takes at most 50 tags, of which/,
  ),
  of(
    "a protection that there isn't",
    { tableProtection: "full" },
    /^tableProtection is "full", but must be none or standard/,
  ),
  of(
    "a key's alias",
    { tableKmsKey: "alias/carts" },
    /^tableKmsKey is "alias\/carts", but must be the ARN of a KMS key.*`aws kms describe-key/,
  ),
  of(
    "an alias's ARN",
    { tableKmsKey: "arn:aws:kms:us-west-2:111122223333:alias/carts" },
    /^tableKmsKey is "arn:.*must be the ARN of a KMS key/,
  ),
  of("a key as time to live", { tableTtlAttribute: "id" }, /^tableTtlAttribute is "id", but must be/),
  of("a name too long", { tableTtlAttribute: long(256) }, /^tableTtlAttribute is .*255 characters/),
  of("a word for adoptTable", { adoptTable: "yes" }, /^adoptTable is "yes", but must be true or false/),
];

import { type ConfigCase, long, of } from "./configCase.ts";

const environment = (title: string, name: string, says: RegExp, value = "x") =>
  of(title, { environment: { [name]: value } }, says);
const request = (title: string, resources: object, says: RegExp) => of(title, { resources }, says);

const BEFORE = /^environment is ".*", but would come before the credentials .*leave it out/;

/** Of the keys that are objects. */
export const OBJECT_CASES: readonly ConfigCase[] = [
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
];

import fc from "fast-check";
import { ARGUMENTS, type ArgRule, CLUSTER_ARGUMENTS } from "../../../components/index.ts";

/** Values that are right somewhere, nearly right, or what a YAML file, a shell or a person makes of them. */
const TEXTS = [
  ...[
    "",
    " ",
    "no",
    "yes",
    "true",
    "False",
    "null",
    "~",
    "1e3",
    "0o17",
    "007",
    "0x1F",
    "1_000",
    ".5",
    "1.10",
    "-1",
    "NaN",
  ],
  ...[
    "c",
    "carts",
    "carts-kro",
    "kro",
    "dynamo",
    "default",
    "kube-system",
    "a.b",
    "a..b",
    "-a",
    "a-",
    "A",
    "größe",
    "🛒",
    "ｃ",
  ],
  ...[
    "a\nb",
    "a\0b",
    "\ud800",
    "\u2028",
    "\u202e",
    "__proto__",
    "constructor",
    "${schema.spec.x}",
    "$(id)",
    "`id`",
    "%s",
    "{}",
  ],
  ...[
    "repo//x",
    "repo/",
    "repo/x:1",
    "localhost:5000/x",
    "Repo/x",
    "r@sha256:0",
    "x/a__b",
    "0".repeat(64),
    "x:70000/y",
  ],
  ...[
    "250m",
    "1Gi",
    "400m",
    "512Mi",
    "1gb",
    "2Gi",
    "999999999999Ti",
    "0",
    "0s",
    "10m",
    "1h30m",
    "577h",
    "1.5h",
    "cluster",
    "table",
  ],
  ...[
    "retain",
    "delete",
    "aws:x",
    "AWS:x",
    "x|y",
    "c-carts-x",
    "x".repeat(63),
    "x".repeat(64),
    "x".repeat(255),
    "x".repeat(256),
  ],
];

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...TEXTS) },
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.stringMatching(/^[a-zA-Z0-9._:/@-]{1,20}$/),
  fc.tuple(fc.constantFrom(...TEXTS), fc.constantFrom(...TEXTS)).map(([a, b]) => a + b),
);

const names = fc.oneof(
  text,
  fc.constantFrom(
    "AWS_PROFILE",
    "AWS_CONTAINER_X",
    "RETAIL_CART_PERSISTENCE_PROVIDER",
    "JAVA_OPTS",
    "LOG_LEVEL",
    "Team",
    "team",
  ),
);

/** What is no text. */
const other = fc.oneof(
  fc.constantFrom(null, true, false, 0, 1, 3, 2 ** 31 - 1, 2 ** 31, -1, 1.5, 1e21, [], {}, [{}]),
  fc.jsonValue({ maxDepth: 2 }),
);

const anyValue = fc.oneof({ weight: 5, arbitrary: text }, other);

/** Of an argument: mostly of its own shape, so that many are taken. */
function ofRule(rule: ArgRule): fc.Arbitrary<unknown> {
  const own: fc.Arbitrary<unknown> = rule.fields
    ? fc.record(Object.fromEntries(Object.entries(rule.fields).map(([name, field]) => [name, ofRule(field)])), {
        requiredKeys: [],
      })
    : rule.entries
      ? fc.dictionary(names, anyValue, { maxKeys: 4 })
      : rule.type === "boolean"
        ? fc.boolean()
        : rule.type === "integer"
          ? fc.integer({ min: -1, max: 5 })
          : rule.type === "array"
            ? fc.array(fc.constantFrom(...rule.enum!, "x"), { maxLength: 3 })
            : fc.constantFrom(...(rule.enum ?? TEXTS));
  const usual = rule.default === undefined ? fc.constant("c") : fc.constant(rule.default);
  return fc.oneof({ weight: 5, arbitrary: usual }, { weight: 4, arbitrary: own }, anyValue);
}

/** A few of the keys: of all of them some value would always be bad. */
const someOf = (rules: Readonly<Record<string, ArgRule>>): fc.Arbitrary<Record<string, unknown>> => {
  const entry = fc
    .constantFrom(...Object.entries(rules))
    .chain(([key, rule]) => fc.tuple(fc.constant(key), ofRule(rule)));
  return fc.uniqueArray(entry, { selector: ([key]) => key, maxLength: 4 }).map(Object.fromEntries);
};

const { clusterName: cluster, ...rest } = ARGUMENTS;

/** A stack's config: some keys, and now and then one that isn't any. */
export const config = fc
  .tuple(
    someOf({ ...rest, ...CLUSTER_ARGUMENTS }),
    fc.option(fc.tuple(names, text), { freq: 8 }),
    fc.oneof({ weight: 9, arbitrary: fc.constant("c") }, ofRule(cluster)),
  )
  .map(([values, extra, clusterName]) => ({ ...values, clusterName, ...(extra && { [extra[0]]: extra[1] }) }));

/** Arguments of a program in JavaScript: anything at all. */
export const args = fc
  .tuple(
    someOf(rest),
    fc.dictionary(
      fc.constantFrom(...Object.keys(ARGUMENTS), "api", "x"),
      fc.anything({ withBigInt: true, withMap: true, withDate: true }),
      { maxKeys: 1 },
    ),
  )
  .map(([own, wild]) => ({ clusterName: "c", ...own, ...wild }));

const OPTIONS = [
  ...[
    "--stack",
    "-s",
    "--cwd",
    "-C",
    "--config-file",
    "--debug",
    "--json",
    "--kubeconfig",
    "--context",
    "--timeout",
    "--resume",
  ],
  ...[
    "-m",
    "-p",
    "--parallel",
    "--format",
    "-f",
    "--output",
    "--all",
    "--details-url",
    "--fail-on-danger",
    "--allow",
    "--rgd",
  ],
  ...["--cluster", "--heal", "--service", "--port", "--show-secrets", "--nosuch", "-x", "--", "-"],
];
const word = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...OPTIONS) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "dev",
      "90s",
      "3",
      "8080",
      "tree",
      "ui",
      "replacement",
      "https://x.example/y",
      "org/p/dev",
    ),
  },
  text,
);

/** What is typed after `carts`. */
export const commandLine = fc
  .tuple(
    fc.oneof(
      {
        weight: 9,
        arbitrary: fc.constantFrom("up", "destroy", "preview", "verify", "status", "drift", "outputs", "open"),
      },
      text,
    ),
    fc.constantFrom([], ["-s", "dev"]),
    fc.array(word, { maxLength: 5 }),
    fc.array(
      fc.tuple(fc.constantFrom(...OPTIONS), text).map(([option, value]) => `${option}=${value}`),
      { maxLength: 2 },
    ),
  )
  .map(([command, stack, words, pairs]) => [command, ...stack, ...words, ...pairs]);

import type { Look } from "./look.ts";
import type { Child, Fault, PolicyRule } from "./rule.ts";

/** The last words of a name whose value is a credential: `DB_PASSWORD`, `PGPASSWORD`, `apiKey`. */
const CREDENTIAL =
  /(password|passwd|passphrase|(^|[_.-])(secret|token|credentials?|(api|private|access|secret|encryption|signing)[_.-]?key))[_.-]?\d*$/i;

/** A value that says where a credential is, or that there is none. */
const HARMLESS =
  /^(true|false|yes|no|on|off|none|null|enabled|disabled)?$|^[/<]|^\.{1,2}\/|\$[({]|^\{\{|^(arn|file|vault|ssm|secretsmanager|op|https?):|^ref\+/i;

/** What a credential looks like, whatever its name is. */
const SHAPES: readonly (readonly [what: string, shape: RegExp])[] = [
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ["an AWS access key", /\b(AKIA|ASIA)[0-9A-Z]{16}\b/],
  ["a token of GitHub", /\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})/],
  ["a token of Slack", /\bxox[abprs]-[\w-]{10,}/],
  ["a JSON web token", /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/],
  ["a URL with a password", /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:(?!\$[({])[^\s/@]+@/i],
];

/** `apiKey` counts as `api_Key`. */
const isCredentialName = (name: string): boolean => CREDENTIAL.test(name.replace(/([a-z0-9])([A-Z])/g, "$1_$2"));

const shapeOf = (text: string): string | undefined => SHAPES.find(([, shape]) => shape.test(text))?.[0];

/** What is wrong with a value of a name; undefined for nothing. */
const problemOf = (name: string, text: string): string | undefined =>
  shapeOf(text) ??
  (isCredentialName(name) && !HARMLESS.test(text.trim()) ? "what its name says is a credential" : undefined);

/** A value of a name: that of a credential's name is asked for, others are looked at where they are at hand. */
function inValue(name: string, value: Look, where: string): Fault[] {
  const text = isCredentialName(name) ? value.told() : value.peek();
  const problem = typeof text === "string" ? problemOf(name, text) : undefined;
  return problem ? [{ message: `${where} holds ${problem}, in plain text`, path: value.path }] : [];
}

const inEnv = (container: Look): Fault[] =>
  container
    .at("env")
    .items()
    .flatMap((one) => inValue(one.name, one.at("value"), `the variable ${one.name} of container "${container.name}"`));

/** `--password=abc`, and `--password` before `abc`. */
function inArguments(container: Look): Fault[] {
  return ["command", "args"].flatMap((list) => {
    const items = container.at(list).items();
    return items.flatMap((item, i): Fault[] => {
      const text = item.peek();
      if (typeof text !== "string") return [];
      const [, name, own] = /^-{0,2}([\w.-]+)(?:=(.*))?$/s.exec(text) ?? [];
      const next = items[i + 1];
      const value = own ?? (text.startsWith("-") && isCredentialName(name ?? "") ? next?.text() : undefined);
      const problem = value === undefined || value.startsWith("-") ? shapeOf(text) : problemOf(name!, value);
      const place = own === undefined && problem && next && shapeOf(text) === undefined ? next.path : item.path;
      return problem
        ? [{ message: `an argument of container "${container.name}" holds ${problem}, in plain text`, path: place }]
        : [];
    });
  });
}

/** Of a file, each line that sets something: `password=abc`, `"password": "abc"`. */
function inData(key: string, value: Look): Fault[] {
  const whole = inValue(key, value, `the key ${key}`);
  const text = value.peek();
  if (whole.length > 0 || typeof text !== "string" || !text.includes("\n")) return whole;
  const line = text.split("\n").find((one) => {
    const [, name, own] = /^\s*["']?([\w.-]+)["']?\s*[:=]\s*["']?(.*?)["']?,?\s*$/.exec(one) ?? [];
    return name !== undefined && problemOf(name, own!) !== undefined;
  });
  const name = /[\w.-]+/.exec(line ?? "")?.[0];
  return name === undefined
    ? []
    : [{ message: `${name} in ${key} holds a credential, in plain text`, path: value.path }];
}

function check({ object, look, pod }: Child): Fault[] {
  const inPods = (pod?.containers ?? []).flatMap((one) => [...inEnv(one), ...inArguments(one)]);
  const isConfigMap = object.kind === "ConfigMap" && object.apiVersion === "v1";
  const data = isConfigMap ? look.at("data").items() : [];
  return [...inPods, ...data.flatMap((one) => inData(one.key, one))];
}

/** The message never has the value. */
export const plainSecret: PolicyRule = {
  id: "plain-secret",
  meaning:
    "no variable, argument or ConfigMap holds what looks like a credential by its name or its form: a Secret does",
  default: "error",
  source: "https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
  check,
};

import { existsSync, readFileSync } from "node:fs";
import { Config, getStack, type Input, RunError, runtime, secret } from "@pulumi/pulumi";
import type { CartsStackArgs, ClusterAccessArgs } from "./components/index.ts";
import {
  ARGUMENTS,
  type ArgRule,
  ArgumentError,
  CLUSTER_ARGUMENTS,
  checkAccess,
  checkArgs,
} from "./components/index.ts";
import { didYouMean, problemLine } from "./packages/console/index.ts";

/** What a stack's config says. */
export interface StackConfig {
  readonly carts: CartsStackArgs;
  readonly cluster: ClusterAccessArgs;
}

/** Every key that is read, and what it must be like. A key that isn't here is a mistake, and refused. */
const KEYS = { ...ARGUMENTS, ...CLUSTER_ARGUMENTS };

type Key = keyof typeof KEYS;

/**
 * Reads the stack's config, all of it, once.
 *
 * @throws RunError with a line for each bad key: its full name, its value, the rule, and what to do.
 */
export function readConfig(): StackConfig {
  const config = new Config();
  const problems: string[] = [];
  const isSecret = (key: Key) => secretKeys().has(`${config.name}:${key}`);
  const read = (key: Key): unknown => {
    const text = runtime.getConfig(`${config.name}:${key}`);
    if (text === undefined) return undefined;
    const { type } = KEYS[key];
    const value = parse(text, key);
    const shown = isSecret(key) ? "[secret]" : JSON.stringify(text);
    const written = type === "string" ? writtenAsNumber(config.name, key, text) : undefined;
    if (written) {
      problems.push(
        `${key} is ${written} in Pulumi.${getStack()}.yaml, a number that YAML reads as ${shown}: put it in quotes`,
      );
    } else if (text === "") {
      problems.push(`${key} is ${shown}, but can't be empty: \`pulumi config rm ${key}\` gives it its default`);
    } else if (value === undefined)
      problems.push(`${key} is ${shown}, but ${mustBe(`${config.name}:${key}`, KEYS[key])}`);
    return value;
  };

  for (const full of Object.keys(runtime.allConfig())) {
    const [project, key] = full.split(/:(.*)/s, 2);
    const keys = Object.keys(KEYS);
    if (project === config.name && !keys.includes(key!)) {
      problems.push(`${key} is not a key of this project${didYouMean(key!, keys)}: its keys are ${keys.join(", ")}`);
    }
  }
  const all = Object.fromEntries(Object.keys(KEYS).map((key) => [key, read(key as Key)]));
  const { kubeconfig, context, createCluster, controllers, charts, cluster, ...args } =
    all as unknown as CartsStackArgs & ClusterAccessArgs;
  if (runtime.getConfig(`${config.name}:clusterName`) === undefined) {
    problems.push("clusterName is not set, but the EKS cluster's name is needed");
  } else if (problems.length === 0) {
    const secrets = Object.keys(KEYS).filter((key) => isSecret(key as Key));
    const hidden = new Set(secrets.flatMap((key) => textsIn(all[key])));
    problems.push(...problemsOf(() => checkArgs(args), hidden));
    const access = { clusterName: args.clusterName, kubeconfig, context, createCluster, controllers, charts, cluster };
    // The cluster's name is an argument of both.
    problems.push(...problemsOf(() => checkAccess(access), hidden).filter((problem) => !problems.includes(problem)));
  }
  if (createCluster && args.createDefinition === false) {
    problems.push(
      "createDefinition is false, but createCluster makes a cluster that has no definition yet: set only one",
    );
  }
  if (args.identity === "ack" && (createCluster || (controllers ?? "none") !== "none")) {
    problems.push(
      'identity is "ack", but createCluster and controllers give ACK the tables alone: leave identity out, or bring kro and ACK to the cluster as docs/identity.md says',
    );
  }
  if (problems.length > 0) throw new RunError(explain(config.name, problems));

  const entries = Object.entries(args).map(([key, value]) => [
    key,
    value !== undefined && !PLAIN.has(key) && isSecret(key as Key) ? secret(value) : value,
  ]);
  const environment = secretValues(args.environment, isSecret("environment"));
  return {
    carts: { ...(Object.fromEntries(entries) as CartsStackArgs), environment },
    cluster: {
      clusterName: args.clusterName,
      kubeconfig: kubeconfig !== undefined && isSecret("kubeconfig") ? secret(kubeconfig) : kubeconfig,
      context,
      createCluster,
      controllers,
      charts,
      cluster,
    },
  };
}

/** Arguments that can't be secret: they are no values of a resource's. Of `environment`, each value is a secret by itself. */
const PLAIN: ReadonlySet<string> = new Set(["createDefinition", "identity", "routeUi", "timeouts", "environment"]);

/** What a value of the wrong type must be: the end of a sentence. */
function mustBe(full: string, rule: ArgRule): string {
  if (rule.type === "boolean") return "must be true or false";
  if (rule.type === "object") return `must be an object, such as \`${full}: ${exampleOf("", rule)}\``;
  return rule.type === "string" ? "must be a string" : (rule.must ?? "must be a whole number");
}

/** In YAML, by the first field that has a default. */
function exampleOf(name: string, { fields, entries, ...rule }: ArgRule): string {
  if (entries) return `{NAME: ${entries.fields ? exampleOf("", { ...rule, fields: entries.fields }) : "value"}}`;
  if (!fields) return rule.default === undefined ? name.toUpperCase() : String(rule.default);
  const all = Object.entries(fields);
  const [first] = all.filter(([, field]) => field.fields ?? field.default);
  const shown = first ? [first] : all;
  return `{${shown.map(([key, field]) => `${key}: ${exampleOf(key, field)}`).join(", ")}}`;
}

/** A value of the key's type, or undefined for a text that isn't one. Pulumi passes objects and lists on as their JSON. */
function parse(text: string, key: Key): unknown {
  const { type } = KEYS[key];
  const value = jsonOf(text);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  // What is in a kubeconfig may be JSON.
  if (type === "string") return isObject || Array.isArray(value) ? (key === "kubeconfig" ? text : undefined) : text;
  const isFit = type === "integer" ? Number.isInteger(value) : type === "object" ? isObject : typeof value === type;
  return isFit ? value : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problemsOf(check: () => unknown, secrets: ReadonlySet<string>): readonly string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof ArgumentError) return error.without(secrets).problems;
    throw error;
  }
}

/** All texts within a value, but empty ones. */
const textsIn = (value: unknown): string[] =>
  typeof value === "string" ? [value].filter(Boolean) : Object.values(Object(value)).flatMap(textsIn);

/**
 * How the stack's own file has a text, where that is a number to YAML, and another text after it was read: `1.10`, which
 * Pulumi passes on as `1.1`. Undefined elsewhere, such as for a config that is in another file.
 */
function writtenAsNumber(project: string, key: string, text: string): string | undefined {
  const file = `Pulumi.${getStack()}.yaml`;
  if (!/^-?[\d.]/.test(text) || !existsSync(file)) return undefined;
  const line = new RegExp(`^\\s*["']?${project}:${key}["']?\\s*:\\s*([-+.\\w]+)\\s*(?:#.*)?$`, "m");
  const [, written] = line.exec(readFileSync(file, "utf8")) ?? [];
  return written !== undefined && written !== text && Number(written.replaceAll("_", "")) === Number(text)
    ? written
    : undefined;
}

const explain = (project: string, problems: readonly string[]): string =>
  [
    `the config of this stack can't be used; nothing was changed:`,
    ...problems.map((problem) => `  ${project}:${problemLine(problem)}`),
    `Change it with \`pulumi config set ${project}:KEY VALUE\` (\`--path\` for a key within an object), or in Pulumi.<stack>.yaml.`,
  ].join("\n");

const secretValues = (values: CartsStackArgs["environment"], isSecret: boolean): CartsStackArgs["environment"] =>
  values && isSecret
    ? Object.fromEntries(Object.entries(values).map(([name, value]): [string, Input<string>] => [name, secret(value)]))
    : values;

/** The full names of the keys that were set with `--secret`, as the engine passes them to the program. */
const secretKeys = (): Set<string> => new Set(JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS || "[]") as string[]);

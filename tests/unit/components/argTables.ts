import { stringify } from "yaml";
import { ARGUMENTS, type ArgRule, CLUSTER_ARGUMENTS } from "../../../components/index.ts";

/** The rules for arguments, as the files have them that can't import. */

const CARTS = Object.entries<ArgRule>(ARGUMENTS);
const CLUSTER = Object.entries<ArgRule>(CLUSTER_ARGUMENTS);

const descriptionOf = ({ description, note }: ArgRule): string => [description, note].filter(Boolean).join(" ");

/** In YAML's flow style: of an object its fields' defaults. */
function defaultOf(rule: ArgRule): string | undefined {
  const fields =
    rule.fields &&
    Object.entries(rule.fields).flatMap(([name, field]) => {
      const value = defaultOf(field);
      return value === undefined ? [] : [`${name}: ${value}`];
    });
  if (fields) return `{${fields.join(", ")}}`;
  if (Array.isArray(rule.default)) return `[${rule.default.join(", ")}]`;
  return rule.entries || rule.default === undefined ? undefined : String(rule.default);
}

/** Pulumi asks for a key without a default, and declares none of type object. */
const isDeclared = ([, rule]: [string, ArgRule]): boolean =>
  rule.required === true || (rule.type !== "object" && rule.default !== undefined);

/** Pulumi would refuse the first value of another type by itself, and tell neither the value nor the rule. */
const NO_TYPES =
  "# No types: the program refuses every value of a wrong type at once, in words of its own (docs/errors.md).\n";

/** `config` of Pulumi.yaml, to its end. */
export function pulumiConfig(): string {
  const declared = (rules: [string, ArgRule][]) =>
    stringify(
      Object.fromEntries(
        rules.filter(isDeclared).map(([key, rule]) => {
          const { default: value } = rule;
          return [key, { description: descriptionOf(rule), ...(value === undefined ? {} : { default: value }) }];
        }),
      ),
      { lineWidth: 130 },
    );
  const alsoRead = (rules: [string, ArgRule][]) =>
    rules
      .filter((rule) => !isDeclared(rule))
      .map(([key, rule]) => {
        const value = rule.defaultNote ?? defaultOf(rule) ?? "none";
        return `#   ${key.padEnd(13)} ${rule.type.padEnd(7)} ${descriptionOf(rule)} Default: ${value.replaceAll("`", "")}.\n`;
      })
      .join("");
  const text =
    `# Made of the rules in components/argRules.ts; a unit test prints what to put here.\n${NO_TYPES}${declared(CARTS)}` +
    `# How the cluster is reached.\n${declared(CLUSTER)}` +
    `# Also read; Pulumi would ask for what is declared without a default.\n${alsoRead([...CARTS, ...CLUSTER])}`;
  return `config:\n${text.replaceAll(/^(?=.)/gm, "  ")}`;
}

/** The table of the arguments in README.md. */
export function readmeTable(): string {
  const rows = [...CARTS, ...CLUSTER].map(([key, rule]) => {
    const value = defaultOf(rule);
    const shown = rule.required ? "required" : (rule.defaultNote ?? (value === undefined ? "none" : `\`${value}\``));
    return [`\`${key}\``, shown, descriptionOf(rule)];
  });
  const head = ["key (`carts-stack:`)", "default", ""];
  const [first, second] = [0, 1].map((i) => Math.max(...[head, ...rows].map((row) => row[i]!.length)));
  const line = ([key, value, text]: readonly string[]) =>
    `| ${key!.padEnd(first!)} | ${value!.padEnd(second!)} | ${text} |`.replace(/ +\|$/, " |");
  const rule = `| ${"-".repeat(first!)} | ${"-".repeat(second!)} | - |`;
  return `${[line(head), rule, ...rows.map(line)].join("\n")}\n`;
}

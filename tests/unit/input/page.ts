import { fileURLToPath } from "node:url";
import { ARGUMENTS, type ArgRule, CLUSTER_ARGUMENTS } from "../../../components/index.ts";
import type { Refused } from "./refusal.ts";

export const PAGE = fileURLToPath(new URL("../../../docs/errors.md", import.meta.url));

/** What is refused, by where it comes from. */
type Parts = Readonly<Record<"config" | "arguments" | "world" | "command", readonly Refused[]>>;

const TITLES = {
  config: "## In a stack's config",
  arguments: "## In a program's arguments",
  world: "## In cluster, account and environment",
  command: "## On the command line",
} as const satisfies Readonly<Record<keyof Parts, string>>;

const INTRO = `# What is refused, and in which words

<!-- Written by tests/unit/input, which holds each line below against what is really said. -->

A bad value is refused before anything is created, in a preview as in an update, by a line that names the key, the value, the
rule and what to do; no stack. Unknown keys are told first, then what YAML has made another text of, then all bad values at once. Pulumi's own \`error:\` and, of a config,
\`the config of this stack can't be used; nothing was changed:\` stand before it. A secret is shown as \`[secret]\`.

YAML reads a text without quotes as a number where it looks like one: \`imageVersion: 1.10\` would come as \`1.1\`. It is refused
where the stack's own \`Pulumi.<stack>.yaml\` has it; \`pulumi config set\` puts the quotes there. What is known only when a
resource is (an Output) is judged by the same rules then. Where the AWS provider can't be configured at all, Pulumi says why in
its own words, and the program adds which settings it is about.

## The rules

Of \`components/argRules.ts\`, which the check and the RGD's schema come from as well. What concerns several arguments, or what is
there, is below.

`;

/** A rule in words: what follows \`must\`. */
function inWords({ must, format, type, required, enum: choices }: ArgRule): string {
  const rule = must ?? (format === "duration" ? "must be a time such as 90s, 20m or 1h30m, at most 576h" : undefined);
  const words = rule ?? (type === "boolean" ? "must be true or false" : choices ? "" : "any text");
  return [required ? "must be set; " : "", words].join("");
}

function ruleRows(rules: Readonly<Record<string, ArgRule>>, path = ""): [string, string][] {
  return Object.entries(rules).flatMap(([name, rule]): [string, string][] => {
    const key = path + name;
    if (rule.fields) return ruleRows(rule.fields, `${key}.`);
    if (!rule.entries) return [[key, inWords(rule)]];
    const { name: names, value, fields, most } = rule.entries;
    const all = [
      `a key of it ${names.must.replace(/^must hold (?:label |annotation )?(?:names|keys)(?: of|:) /, "must be of ")}`,
      ...(value ? [`a value ${value.must}`] : []),
      ...(most ? [most.must] : []),
    ];
    return [[key, all.join("; ")], ...ruleRows(fields ?? {}, `${key}.NAME.`)];
  });
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "-"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");

const cell = (text: string): string => text.replaceAll("|", "\\\\|").replaceAll("<", "&lt;");
const code = (text: string): string =>
  (text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``).replaceAll("|", "\\\\|");

export function errorsPage(parts: Parts): string {
  const rules = [...ruleRows(ARGUMENTS), ...ruleRows(CLUSTER_ARGUMENTS)].map(([key, rule]) => [
    `\`${key}\``,
    cell(rule),
  ]);
  const sections = Object.entries(TITLES).map(([part, title]) => {
    const rows = parts[part as keyof Parts].map(({ title, text }) => [cell(title), code(text)]);
    return `${title}\n\n${table([`${rows.length} cases`, "is refused with"], rows)}`;
  });
  return [`${INTRO}${table(["argument", "rule"], rules)}`, ...sections].join("\n");
}

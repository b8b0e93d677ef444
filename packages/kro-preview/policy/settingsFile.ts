import { readFile } from "node:fs/promises";
import type { ErrorObject } from "ajv/dist/2020.js";
import { didYouMean, UserError } from "../../console/index.ts";
import type { PolicySettings } from "./policy.ts";

/** The file that is read where none is named, in the folder in which the command runs. */
const SETTINGS_FILE = "kro-preview.yaml";

/**
 * The policy of a settings file.
 *
 * @param path - default: kro-preview.yaml where there is one, else every default.
 * @throws UserError in one line, with file, line, key, value and what is allowed.
 */
export async function readSettings(path?: string): Promise<PolicySettings> {
  const text = await readFile(path ?? SETTINGS_FILE, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (path === undefined && error.code === "ENOENT") return undefined;
    if (error.code === "ENOENT")
      throw new UserError(`--policy ${path}: there is no such file: name one with the switches`);
    throw new UserError(`cannot read ${path ?? SETTINGS_FILE}: ${error.message}`);
  });
  return text === undefined ? {} : parseSettings(text, path ?? SETTINGS_FILE);
}

/** The same of a text. */
export async function parseSettings(text: string, file: string): Promise<PolicySettings> {
  const { isMap, LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const place = (offset: number | undefined) => `${file}:${lines.linePos(offset ?? 0).line || 1}`;
  const error = document.errors[0];
  if (error) throw new UserError(`${place(error.pos[0])} is not YAML: ${error.message.split("\n")[0]}`);
  const settings: unknown = document.toJS() ?? {};
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const { settingsSchema } = await import("./settingsSchema.ts");
  const validate = new Ajv2020({ verbose: true }).compile(settingsSchema());
  if (validate(settings)) return (settings as { readonly policy?: PolicySettings }).policy ?? {};
  const problem = validate.errors![0]!;
  const keys = keysOf(problem);
  const around = problem.keyword === "additionalProperties" ? document.getIn(keys.slice(0, -1), true) : undefined;
  // A block's own place is below its key.
  const key = isMap<Placed & { readonly value: unknown }>(around)
    ? around.items.find((pair) => pair.key.value === keys.at(-1))?.key
    : undefined;
  const node = key ?? (document.getIn(keys, true) as Placed | undefined);
  throw new UserError(`${place(node?.range?.[0])}: ${sentence(problem)}`);
}

interface Placed {
  readonly range?: readonly number[] | null | undefined;
}

/** The place that an error is about: of a key that must not be there, that key's. */
const keysOf = ({ instancePath, keyword, params }: ErrorObject): string[] => [
  ...instancePath
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~")),
  ...(keyword === "additionalProperties" ? [params.additionalProperty as string] : []),
];

const pathOf = (keys: readonly string[]): string =>
  keys.map((key, i) => (/^\d+$/.test(key) ? `[${key}]` : `${i > 0 ? "." : ""}${key}`)).join("") || "the file";

/** What is wrong, where, and what is allowed. */
function sentence(error: ErrorObject): string {
  const keys = keysOf(error);
  const path = pathOf(keys);
  const { parentSchema = {}, data } = error;
  switch (error.keyword) {
    case "additionalProperties": {
      const allowed = Object.keys(parentSchema.properties as object);
      const noun = pathOf(keys.slice(0, -1)) === "policy.rules" ? "no rule" : "no key of this file";
      return `${path} is ${noun}${instead(keys.at(-1)!, allowed)}`;
    }
    case "required":
      return `${path} has no ${error.params.missingProperty}: ${why(error.params.missingProperty)}`;
    case "enum":
      return `${path} is ${JSON.stringify(data)}, which is not among what it can be${instead(String(data), parentSchema.enum as string[])}`;
    case "type":
      return `${path} is ${JSON.stringify(data)}, and must be ${NOUNS[String(parentSchema.type)]}`;
    default:
      return `${path} is ${JSON.stringify(data)}, and must not be empty`;
  }
}

/** What may be there, as the end of a sentence. */
const instead = (given: string, allowed: readonly string[]): string =>
  didYouMean(given, allowed) ||
  (allowed.length > 6
    ? "; `kro-preview policy --list-rules` lists the rules"
    : `; there ${allowed.length === 1 ? "is only" : "are"} ${allowed.join(", ")}`);

const NOUNS: Readonly<Record<string, string>> = { object: "a map", array: "a list", string: "a text" };

const why = (key: unknown): string =>
  key === "reason" ? "say why it is accepted" : "name the id of the rule whose findings are accepted";

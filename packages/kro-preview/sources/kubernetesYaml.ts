import {
  Composer,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  Parser,
  type Scalar,
  type ScalarTag,
  visit,
} from "yaml";

/** A document of a YAML stream. */
export interface YamlDocument {
  /** As JSON has it; undefined for a document with nothing but comments. */
  readonly value: unknown;
  /** Of a field of it, such as `["items", 0]`, from 1, or of what is there around it; of its beginning for an empty path. */
  lineOf(path: readonly (string | number)[]): number;
  /** What is wrong with the text, and in which line. */
  readonly problem?: { readonly text: string; readonly line: number };
  /** Whole numbers that JavaScript rounds, as they are written. */
  readonly rounded: readonly { readonly text: string; readonly line: number }[];
}

/**
 * The documents of a YAML stream, with plain scalars as Kubernetes reads them: `yes`, `on` and `y` are booleans, `0644` is
 * octal, a time is a text.
 *
 * @see https://github.com/kubernetes-sigs/yaml (its goyaml.v2/resolve.go)
 */
export const parseYaml = (text: string): YamlDocument[] => [...yamlDocuments(text)];

/** The same one by one: what is read of a document takes some fifty times its text, until it is let go. */
export function* yamlDocuments(text: string): Generator<YamlDocument> {
  const lines = new LineCounter();
  const composer = new Composer({
    ...{ schema: "core", customTags: (tags) => [...GO_SCALARS, ...tags.filter(isKept)], merge: true },
    logLevel: "silent",
  });
  const long = LONG.test(text);
  for (const document of composer.compose(new Parser(lines.addNewLine).parse(text))) {
    const lineAt = (offset: number | undefined): number => lines.linePos(offset ?? 0).line || 1;
    const found = read(document);
    const fault = "fault" in found ? found.fault : undefined;
    const first = document.contents?.range?.[0] ?? document.range[0];
    yield {
      value: "fault" in found ? undefined : found.value,
      lineOf(path) {
        return lineAt(offsetOf(document, path) ?? first);
      },
      ...(fault && {
        problem: {
          text: fault.message.split("\n")[0]!.replace(/ at line \d+, column \d+:?$/, ""),
          line: lineAt(fault.pos[0]),
        },
      }),
      rounded: (long ? roundedIn(document) : []).map(({ source = "", range }) => ({
        text: source,
        line: lineAt(range?.[0]),
      })),
    };
  }
}

/** What is wrong with a document, and at which offset. */
interface Fault {
  readonly message: string;
  readonly pos: readonly number[];
}

/** What a document says, as JSON has it. */
function read(document: Document): { readonly value: unknown } | { readonly fault: Fault } {
  const [error] = document.errors;
  if (error) return { fault: error };
  const key = oddKey(document);
  if (key) return { fault: { message: "a key is a list, a map or null, and not a text", pos: key.range ?? [] } };
  try {
    return { value: document.toJS() ?? undefined };
  } catch (error) {
    // Aliases of aliases, which would come to more than there is memory for.
    return { fault: { message: (error as Error).message, pos: document.range ?? [] } };
  }
}

/** A key that JSON can't have: Kubernetes refuses it. */
function oddKey(document: Document): Node | undefined {
  let odd: Node | undefined;
  visit(document, {
    Pair(_, pair) {
      const key = isAlias(pair.key) ? pair.key.resolve(document) : pair.key;
      if (!isCollection(key) && !(isScalar(key) && key.value === null)) return undefined;
      odd = pair.key as Node;
      return visit.BREAK;
    },
  });
  return odd;
}

/** Without so many digits every number is exact. */
const LONG = /\d{16}/;

/** Whole numbers that no JavaScript number holds. */
function roundedIn(document: Document): Scalar[] {
  const found: Scalar[] = [];
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value !== "number" || Number.isSafeInteger(node.value)) return;
      const [, digits] = /^[-+]?([1-9]\d*)$/.exec(node.source ?? "") ?? [];
      if (digits && !(Number.isFinite(node.value) && BigInt(digits) === BigInt(Math.abs(node.value)))) found.push(node);
    },
  });
  return found;
}

/** Where a field begins, its name included; where there is none, what it would be in. */
function offsetOf(document: Document, path: readonly (string | number)[]): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (node === undefined) continue;
    const parent = document.getIn(path.slice(0, length - 1), true);
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path[length - 1]))
      : undefined;
    return ((pair?.key ?? node) as Partial<Node>).range?.[0];
  }
  return undefined;
}

const isKept = (tag: unknown): boolean =>
  !/:(bool|int|float)$/.test(typeof tag === "string" ? tag : (tag as { tag: string }).tag);

const BOOLEAN: ScalarTag = {
  tag: "tag:yaml.org,2002:bool",
  default: true,
  test: /^(?:[yYnN]|yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  resolve: (text) => /^(?:y|yes|true|on)$/i.test(text),
};

const INTEGER: ScalarTag = {
  tag: "tag:yaml.org,2002:int",
  default: true,
  test: /^[-+]?(?:0[bB][01_]+|0[oO]?[0-7_]+|0[xX][0-9a-fA-F_]+|0|[1-9][0-9_]*)$/,
  resolve(text) {
    const [, sign, digits] = /^([-+]?)(.*)$/.exec(text.replaceAll("_", ""))!;
    const number = Number(/^0[0-7]/.test(digits!) ? `0o${digits!.slice(1)}` : digits!.toLowerCase());
    return sign === "-" ? -number : number;
  },
};

const FLOAT: ScalarTag = {
  tag: "tag:yaml.org,2002:float",
  default: true,
  test: /^[-+]?(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?$/,
  resolve: (text) => Number(text.replaceAll("_", "")),
};

/** Plain scalars as Kubernetes reads them. */
export const GO_SCALARS: readonly ScalarTag[] = [BOOLEAN, INTEGER, FLOAT];

import { type Document, isMap, isScalar, LineCounter, type Node, parseAllDocuments, type ScalarTag } from "yaml";

/** A document of a YAML stream. */
export interface YamlDocument {
  /** As JSON has it; undefined for a document with nothing but comments. */
  readonly value: unknown;
  /** Of a field of it, such as `["items", 0]`, from 1, or of what is there around it; of its beginning for an empty path. */
  lineOf(path: readonly (string | number)[]): number;
  /** What is wrong with the text, and in which line. */
  readonly problem?: { readonly text: string; readonly line: number };
}

/**
 * The documents of a YAML stream, with plain scalars as Kubernetes reads them: `yes`, `on` and `y` are booleans, `0644` is
 * octal, a time is a text.
 *
 * @see https://github.com/kubernetes-sigs/yaml (its goyaml.v2/resolve.go)
 */
export function parseYaml(text: string): YamlDocument[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    ...{ schema: "core", customTags: (tags) => [...GO_SCALARS, ...tags.filter(isKept)], merge: true },
    ...{ lineCounter: lines, logLevel: "silent" },
  });
  return documents.map((document) => {
    const lineAt = (offset: number | undefined): number => lines.linePos(offset ?? 0).line || 1;
    const error = document.errors[0];
    const first = document.contents?.range?.[0] ?? document.range[0];
    return {
      value: error ? undefined : (document.toJS() ?? undefined),
      lineOf(path) {
        return lineAt(offsetOf(document, path) ?? first);
      },
      ...(error && {
        problem: {
          text: error.message.split("\n")[0]!.replace(/ at line \d+, column \d+:?$/, ""),
          line: lineAt(error.pos[0]),
        },
      }),
    };
  });
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

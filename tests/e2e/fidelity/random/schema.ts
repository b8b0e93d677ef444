import type { Value } from "../../../../packages/kro/index.ts";
import type { Draw } from "./draw.ts";
import { primitive, type Type, type Variable, within } from "./types.ts";

/** A random schema of instances. */
export interface RandomSchema {
  /** In SimpleSchema. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly types: Readonly<Record<string, unknown>>;
  /** What expressions may name of it. */
  readonly variables: readonly Variable[];
  /** A spec that the API server takes, mostly. */
  readonly instance: () => Record<string, Value>;
}

/** A field: its text, its type, and a value for it. */
interface Field {
  /** In SimpleSchema: text, or a map of fields. */
  readonly text: unknown;
  readonly type: Type;
  /** May be left out of an instance, and then isn't there. */
  readonly optional?: boolean;
  /** May be left out of an instance. */
  readonly omissible?: boolean;
  readonly value: () => Value;
}

type Fields = Readonly<Record<string, Field>>;

const WORDS = ["a", "web", "eu-west", "x y", "", "1.0", "true", "ünï", 'it\'s "quoted"', "null", "a,b"];

export function randomSchema(draw: Draw): RandomSchema {
  const server = { host: leaf(draw, "string", true), size: leaf(draw, "int", true), tags: list(draw, "string", true) };
  const fields: Record<string, Field> = {};
  for (const name of ["alpha", "beta", "gamma", "delta"].slice(0, draw.int(1, 4)))
    fields[name] = leaf(draw, primitive(draw));
  fields.count = field(draw, false)(
    "integer",
    "int",
    ["minimum=0", "maximum=20"],
    () => draw.int(0, 5),
    () => String(draw.int(0, 5)),
  );
  fields.names = list(draw, "string");
  if (draw.chance(50)) fields.numbers = list(draw, "int");
  if (draw.chance(50)) fields.labels = map(draw, "string");
  if (draw.chance(25)) fields.weights = map(draw, draw.of("int", "double", "bool"));
  if (draw.chance(40))
    fields.nested = nested({ inner: leaf(draw, primitive(draw)), deep: nested({ leaf: leaf(draw, primitive(draw)) }) });
  if (draw.chance(40)) fields.servers = objects(draw, "Server", server);
  if (draw.chance(25)) fields.main = { ...nested(server), text: draw.of("Server", "Server | required=true") };
  if (draw.chance(15))
    fields.free = {
      text: "object",
      type: "dyn",
      optional: true,
      omissible: true,
      value: () => ({ any: draw.of<Value>(1, "x", [true], 0.5) }),
    };
  return {
    spec: textOf(fields),
    types: { Server: textOf(server) },
    variables: Object.entries(fields).flatMap(([name, { type, optional = false }]) =>
      within({ path: `schema.spec.${name}`, type, optional }),
    ),
    instance: () => given(draw, fields),
  };
}

const textOf = (fields: Fields) => Object.fromEntries(Object.entries(fields).map(([name, { text }]) => [name, text]));

function given(draw: Draw, fields: Fields): Record<string, Value> {
  const present = Object.entries(fields).filter(([, { omissible }]) => !(omissible && draw.chance(50)));
  const values = present.map(([name, { value }]) => [name, value()] as const);
  // Now and then one that the API server refuses, or drops.
  const wrong = draw.chance(3)
    ? [[values[0]?.[0] ?? "alpha", draw.of<Value>("text", -1, [], {}, null, 1.5, true)]]
    : [];
  const unknown = draw.chance(1) ? [["stranger", 1]] : [];
  return Object.fromEntries([...values, ...wrong, ...unknown]);
}

const NAMES = { string: "string", int: "integer", double: "float", bool: "boolean" } as const;

/** @param inList - where the API server takes no rules: they would cost too much, or look for a value that was there. */
function leaf(draw: Draw, type: Type, inList = false): Field {
  const marked = field(draw, inList && !draw.chance(2));
  switch (type) {
    case "string":
      return draw.one(
        () =>
          marked(
            "string",
            "string",
            [],
            () => draw.of(...WORDS),
            () => JSON.stringify(draw.of("a", "web", "x y", "1.0", "")),
          ),
        () =>
          marked(
            "string",
            "string",
            ['enum="fast,slow"'],
            () => draw.of("fast", "slow"),
            () => "fast",
          ),
        () =>
          marked(
            "string",
            "string",
            ["minLength=1", "maxLength=8"],
            () => draw.of("a", "ünï", "12345678"),
            () => "abc",
          ),
        () =>
          marked(
            "string",
            "string",
            ['pattern="^[a-z][a-z0-9-]*$"'],
            () => draw.of("a", "eu-west", "z9"),
            () => "abc",
          ),
        () =>
          marked(
            "string",
            "string",
            inList ? [] : ['validation="self.size() < 10"'],
            () => draw.of("a", "eu-west"),
            () => "abc",
          ),
      );
    case "int":
      return draw.one(
        () =>
          marked(
            "integer",
            "int",
            [],
            () => draw.of(0, 7, -3, 2147483648),
            () => draw.of("1", "0", "-5"),
          ),
        () =>
          marked(
            "integer",
            "int",
            ["minimum=1", "maximum=10"],
            () => draw.int(1, 10),
            () => "2",
          ),
        () =>
          marked(
            "integer",
            "int",
            ['enum="1,2,3"'],
            () => draw.int(1, 3),
            () => "3",
          ),
      );
    case "double":
      return marked(
        "float",
        "double",
        [],
        () => draw.of(0.5, 2, -1.25, 1e21),
        () => draw.of("0.5", "1", "2.0"),
      );
    default:
      return marked(
        "boolean",
        "bool",
        [],
        () => draw.of(true, false),
        () => draw.of("true", "false"),
      );
  }
}

function list(draw: Draw, element: "string" | "int", inList = false): Field {
  const marked = field(draw, inList);
  const values = () => draw.some(0, 3, () => (element === "string" ? draw.of(...WORDS) : draw.int(-2, 9)));
  const items = element === "string" ? ['["a","b"]', "[]", '["web"]'] : ["[1,2]", "[]"];
  const markers = draw.of<string[]>([], [], ["maxItems=5"], ["minItems=0"]);
  return marked(`[]${NAMES[element]}`, { list: element }, markers, values, () => draw.of(...items));
}

function map(draw: Draw, value: "string" | "int" | "double" | "bool"): Field {
  const marked = field(draw, false);
  const values = {
    string: () => draw.of(...WORDS),
    int: () => draw.int(0, 9),
    double: () => draw.of(0.5, 3),
    bool: () => draw.chance(50),
  };
  const some = () => Object.fromEntries(draw.some(0, 3, (i) => [["a", "b", "c.d"][i]!, values[value]()]));
  const text = { string: '{"a": "x"}', int: '{"a": 1}', double: '{"a": 0.5}', bool: '{"a": true}' };
  return marked(`map[string]${NAMES[value]}`, { map: value }, [], some, () => draw.of("{}", text[value]));
}

function objects(draw: Draw, name: string, fields: Fields): Field {
  const marked = field(draw, false);
  const { type, value } = nested(fields);
  return marked(
    `[]${name}`,
    { list: type },
    [],
    () => draw.some(0, 2, value),
    () => "[]",
  );
}

/** An object whose fields are all given, wherever it is. */
function nested(fields: Fields): Field {
  return {
    text: textOf(fields),
    type: { fields: Object.fromEntries(Object.entries(fields).map(([name, { type }]) => [name, type])) },
    value: () => Object.fromEntries(Object.entries(fields).map(([name, { value }]) => [name, value()])),
  };
}

/** A field with markers: with a default, required, or optional; now and then with a marker that is wrong. */
const field =
  (draw: Draw, inList: boolean) =>
  (text: string, type: Type, markers: readonly string[], value: () => Value, byDefault: () => string): Field => {
    const [kind, own] = draw.one<readonly [string, readonly string[]]>(
      () => ["default", [`default=${byDefault()}`]],
      () => ["default", [`default=${byDefault()}`]],
      () => ["required", ["required=true"]],
      () => ["optional", []],
      () => ["default", [...(inList ? [] : ["immutable=true"]), `default=${byDefault()}`]],
      () => ["described", ['description="what it is, and = signs"', `default=${byDefault()}`]],
    );
    const wrong =
      draw.int(1, 300) === 1
        ? [
            draw.of(
              "maximum=x",
              "default=nonsense",
              "enum=",
              "minLength=-",
              "unknown=1",
              'pattern="["',
              "default=99999",
              "required=maybe",
            ),
          ]
        : [];
    const all = draw.shuffled([...markers, ...own, ...wrong]);
    return {
      text: all.length > 0 ? `${text} | ${all.join(" ")}` : text,
      type,
      optional: kind === "optional",
      omissible: kind !== "required",
      value,
    };
  };

import type { Draw } from "./draw.ts";
import { INTS, LABELS, primitive, STRINGS, same, type Type, type Variable } from "./types.ts";

/** Texts of CEL, each of a type, over the variables that there are. */
export class Expressions {
  readonly #draw: Draw;
  readonly #variables: readonly Variable[];
  #locals: readonly Variable[] = [];
  #count = 0;

  constructor(draw: Draw, variables: readonly Variable[]) {
    this.#draw = draw;
    this.#variables = variables;
  }

  /** An expression of this type; now and then one of another, which kro refuses or takes. */
  of(type: Type, depth = 2): string {
    const draw = this.#draw;
    if (draw.int(1, 400) === 1) return this.#of(primitive(draw), depth);
    return this.#of(type, depth);
  }

  /** Text for a field of a template: literal, one expression, or text around several. */
  template(): string {
    const draw = this.#draw;
    return draw.one(
      () => this.#word(),
      () => `\${${this.of("string")}}`,
      () => `\${${this.of("string")}}`,
      () => `${this.#word()}-\${${this.of("string", 1)}}`,
      () => `\${${this.of("string", 1)}}/\${${this.of("string", 1)}}.`,
    );
  }

  #of(type: Type, depth: number): string {
    const draw = this.#draw;
    const given = [...this.#variables, ...this.#locals].filter((variable) => same(variable.type, type));
    const here = given.filter(({ optional }) => !optional);
    const maybe = given.filter(({ optional }) => optional);
    if (here.length > 0 && draw.chance(depth === 0 ? 70 : 40)) return draw.of(...here).path;
    if (maybe.length > 0 && depth > 0 && draw.chance(15)) return this.#orValue(draw.of(...maybe), type);
    if (depth > 0 && draw.chance(12))
      return `(${this.of("bool", depth - 1)} ? ${this.of(type, depth - 1)} : ${this.of(type, depth - 1)})`;
    if (depth > 0 && draw.chance(4)) return this.#bound(type, depth - 1);
    return this.#made(type, depth);
  }

  #orValue({ path }: Variable, type: Type): string {
    const draw = this.#draw;
    const steps = path.split(".");
    const asked = `${steps.slice(0, 2).join(".")}.?${steps.slice(2).join(".?")}`;
    return draw.one(
      () => `${asked}.orValue(${this.#made(type, 0)})`,
      () =>
        type === "string" ? `${asked}.optMap(o, o + "!").orValue("none")` : `${asked}.orValue(${this.#made(type, 0)})`,
      () => `(has(${path}) ? ${path} : ${this.#made(type, 0)})`,
    );
  }

  #bound(type: Type, depth: number): string {
    const name = this.#name();
    const local = primitive(this.#draw);
    const value = this.of(local, depth);
    return `cel.bind(${name}, ${value}, ${this.#with({ path: name, type: local }, () => this.of(type, depth))})`;
  }

  #made(type: Type, depth: number): string {
    if (typeof type === "object") return this.#container(type, depth);
    switch (type) {
      case "string":
        return this.#string(depth);
      case "int":
        return this.#int(depth);
      case "double":
        return this.#double(depth);
      case "bool":
        return this.#bool(depth);
      case "dyn":
        return this.of(primitive(this.#draw), depth);
    }
  }

  #string(depth: number): string {
    const draw = this.#draw;
    const literal = () => draw.of('"', "'").replace(/.*/, (quote) => quote + this.#word() + quote);
    if (depth === 0) return literal();
    const text = () => this.of("string", depth - 1);
    return draw.one(
      literal,
      () => `${text()} + ${text()}`,
      () => `string(${this.of(draw.of("int", "double", "bool"), depth - 1)})`,
      () => `${this.of(STRINGS, depth - 1)}.join(${draw.of("", '","', '"-"')})`,
      () => `(${text()}).${draw.of("upperAscii()", "lowerAscii()", "trim()", "reverse()")}`,
      () => `(${text()}).replace("${draw.of("a", "e", "")}", "${draw.of("", "o")}")`,
      () => `(${text()} + "abc").${draw.of("substring(1)", "substring(0, 2)", "charAt(1)")}`,
      () => `"%s:%d".format([${text()}, ${this.of("int", depth - 1)}])`,
      () =>
        `"%s|%.2f|%x".format([${this.of("bool", depth - 1)}, ${this.of("double", depth - 1)}, ${this.of("int", depth - 1)}])`,
      () => `base64.encode(bytes(${text()}))`,
      () => `(${text()}).split("${draw.of(",", "-", "")}")[0]`,
      () => `base64.encode(hash.${draw.of("fnv64a", "sha256", "md5")}(${text()}))`,
      () => `strings.quote(${text()})`,
      () => `json.marshal(${this.of(draw.of<Type>("string", "int", STRINGS, LABELS), depth - 1)})`,
      () => `(${text()}).find("[a-m]+")`,
      () => `${this.of(LABELS, depth - 1)}[?"a"].orValue(${text()})`,
    );
  }

  #int(depth: number): string {
    const draw = this.#draw;
    if (depth === 0) return String(draw.int(0, 9));
    const int = () => this.of("int", depth - 1);
    return draw.one(
      () => String(draw.int(0, 99)),
      () => `${int()} ${draw.of("+", "-", "*")} ${int()}`,
      () => `(${int()}) ${draw.of("/", "%")} ${draw.int(1, 5)}`,
      () => `size(${this.of(draw.of<Type>("string", STRINGS, INTS, LABELS), depth - 1)})`,
      () => `(${this.of(draw.of<Type>("string", STRINGS), depth - 1)}).size()`,
      () => `int(${draw.of('"42"', '"-1"', "2.9", "true ? 1 : 0")})`,
      () => `int(${this.of("double", depth - 1)})`,
      () => `(${this.of("string", depth - 1)}).${draw.of("indexOf", "lastIndexOf")}("a")`,
      () => `(${this.of(INTS, depth - 1)}).sum()`,
      () => `-(${int()})`,
      () => `([${int()}, ${int()}]).${draw.of("min()", "max()")}`,
    );
  }

  #double(depth: number): string {
    const draw = this.#draw;
    const literal = () => draw.of("0.5", "1.0", "2.25", "1e3", "-0.1");
    if (depth === 0) return literal();
    const double = () => this.of("double", depth - 1);
    return draw.one(
      literal,
      () => `${double()} ${draw.of("+", "-", "*")} ${double()}`,
      () => `(${double()}) / 4.0`,
      () => `double(${this.of("int", depth - 1)})`,
      () => `double("1.5")`,
    );
  }

  #bool(depth: number): string {
    const draw = this.#draw;
    if (depth === 0) return draw.of("true", "false");
    const [bool, int, text] = [
      () => this.of("bool", depth - 1),
      () => this.of("int", depth - 1),
      () => this.of("string", depth - 1),
    ];
    return draw.one(
      () => `${int()} ${draw.of("==", "!=", "<", ">=")} ${int()}`,
      () => `${text()} ${draw.of("==", "!=", "<")} ${text()}`,
      () => `${this.of("double", depth - 1)} ${draw.of("<", ">=")} ${this.of("double", depth - 1)}`,
      () => `(${bool()} ${draw.of("&&", "||")} ${bool()})`,
      () => `!(${bool()})`,
      () => `(${text()}).${draw.of("startsWith", "endsWith", "contains", "matches")}("${draw.of("a", "e", "[a-c]")}")`,
      () => `${text()} in ${this.of(STRINGS, depth - 1)}`,
      () => this.#overList(depth - 1),
      () => `"a" in ${this.of(LABELS, depth - 1)}`,
    );
  }

  #overList(depth: number): string {
    const draw = this.#draw;
    const element = draw.of<Type>("string", "int");
    const name = this.#name();
    const list = this.of({ list: element }, depth);
    const test = this.#with({ path: name, type: element }, () => this.of("bool", depth));
    return `(${list}).${draw.of("all", "exists", "exists_one")}(${name}, ${test})`;
  }

  #container(type: Exclude<Type, string>, depth: number): string {
    const draw = this.#draw;
    const below = Math.max(depth - 1, 0);
    if ("fields" in type) {
      return `{${Object.entries(type.fields)
        .map(([name, field]) => `"${name}": ${this.of(field, below)}`)
        .join(", ")}}`;
    }
    if ("map" in type) {
      const literal = () =>
        `{${["a", "b", "c"]
          .slice(0, draw.int(1, 3))
          .map((key) => `"${key}": ${this.of(type.map, below)}`)
          .join(", ")}}`;
      return depth === 0
        ? literal()
        : draw.one(literal, literal, () => `(${this.of(type, below)}).merge(${literal()})`);
    }
    const literal = () => `[${draw.some(1, 3, () => this.of(type.list, below)).join(", ")}]`;
    if (depth === 0) return literal();
    return draw.one(
      literal,
      () => this.#mapped(type.list, below),
      () => this.#filtered(type, below),
      () => this.#fromList(type, below),
    );
  }

  #mapped(element: Type, depth: number): string {
    const from = this.#draw.of<Type>("string", "int");
    const name = this.#name();
    const list = this.of({ list: from }, depth);
    return `(${list}).map(${name}, ${this.#with({ path: name, type: from }, () => this.of(element, depth))})`;
  }

  #filtered(type: { readonly list: Type }, depth: number): string {
    const name = this.#name();
    const list = this.of(type, depth);
    return `(${list}).filter(${name}, ${this.#with({ path: name, type: type.list }, () => this.of("bool", depth))})`;
  }

  #fromList(type: { readonly list: Type }, depth: number): string {
    const draw = this.#draw;
    const list = this.of(type, depth);
    const any = [
      () => `(${list} + ${this.of(type, depth)})`,
      () => `(${list}).reverse()`,
      () => `[${list}, ${this.of(type, depth)}].flatten()`,
      () => `(${list}).slice(0, 1)`,
    ];
    if (same(type, STRINGS))
      any.push(
        () => `"a,b,c".split(",")`,
        () => `(${list}).distinct()`,
        () => `(${list}).sort()`,
        () => `(${this.of(LABELS, depth)}).map(k, k).sort()`,
      );
    if (same(type, INTS))
      any.push(
        () => `lists.range(${draw.int(0, 3)})`,
        () => `(${list}).sort()`,
        () => `(${list}).distinct()`,
      );
    return draw.one(...any);
  }

  #with(variable: Variable, make: () => string): string {
    const outer = this.#locals;
    this.#locals = [...outer, variable];
    const made = make();
    this.#locals = outer;
    return made;
  }

  #name(): string {
    this.#count++;
    return `v${this.#count}`;
  }

  #word(): string {
    return this.#draw.of("a", "web", "x y", "eu-west", "1.0", "true", "ünï", "", "a.b/c", "10%");
  }
}

import type { Environment } from "@marcbachmann/cel-js";
import { KnownAfterApply, NotEvaluated, Secret, type Value } from "../value.ts";
import { inspect } from "./inspector.ts";
import { fromCel, NeedsCluster, NeedsSecret, type Variables } from "./unstructured.ts";
import { UnsupportedError } from "./unsupported.ts";

/** An expression that has no value in this instance, and never will have: kro fails at it, or waits for ever. */
export class Unresolvable extends Error {}

/** A list in CEL; an element that is secret or unknown throws when it is read. */
export class CelList {
  readonly elements: readonly unknown[];

  constructor(elements: readonly unknown[]) {
    this.elements = elements;
  }
}

/** A CEL expression of an RGD, parsed once. */
export class Expression {
  /** CEL text, without `${` and `}`. */
  readonly text: string;
  /** The variables that it names: `schema`, ids of nodes, iterators. */
  readonly references: readonly string[];
  /** The functions and macros that it calls, with their namespace: `size`, `lists.range`. */
  readonly functions: ReadonlySet<string>;
  readonly #paths: readonly (readonly string[])[];
  readonly #run: (variables: Variables) => unknown;

  /** @throws the CEL library's ParseError. */
  constructor(text: string, environment: Environment) {
    const parsed = environment.parse(text);
    const { identifiers, paths, functions } = inspect(parsed.ast);
    this.text = text;
    this.references = [...identifiers];
    this.functions = functions;
    this.#paths = paths;
    this.#run = (variables) => parsed(variables);
  }

  /** Ids of the nodes that it needs. */
  get nodes(): string[] {
    return this.references.filter((name) => name !== "schema");
  }

  /**
   * Its value; KnownAfterApply where only the cluster can know it, NotEvaluated where it uses what previews don't have, a
   * Secret where it is made from one.
   *
   * @throws Unresolvable
   */
  evaluate(variables: Variables): Value {
    return this.#evaluate(variables, fromCel);
  }

  /**
   * As {@link evaluate}, but the elements of a list as CEL values: one may be an object of which only a part is known.
   *
   * @throws Unresolvable
   */
  elements(variables: Variables): CelList | Value {
    return this.#evaluate(variables, (result) => (Array.isArray(result) ? new CelList(result) : fromCel(result)));
  }

  #evaluate<T>(variables: Variables, convert: (result: unknown) => T): T | KnownAfterApply | Secret {
    try {
      return convert(this.#run(variables));
    } catch (error) {
      if (error instanceof NeedsSecret) return error.secret;
      const isOpen = error instanceof UnsupportedError;
      if (isOpen || error instanceof NeedsCluster) {
        const inputs = this.#paths.map((path) => inputOf(path, variables));
        const nodes = new Set([...this.nodes, ...inputs.flatMap((input) => input.nodes)]);
        const of = [`\${${this.text}}`, [...nodes], inputs.map(({ known }) => known).join()] as const;
        return isOpen ? new NotEvaluated(error.message, ...of) : new KnownAfterApply(...of);
      }
      throw new Unresolvable(`\${${this.text}} has no value here: ${firstLine(error)}`);
    }
  }
}

type CelMap = Readonly<Record<string, unknown>>;

/** What is known of a value that an expression reads, and the nodes that it depends on itself. */
interface Input {
  readonly known: string;
  readonly nodes: readonly string[];
}

function inputOf(path: readonly string[], variables: Variables): Input {
  try {
    const value = path.reduce<unknown>(
      (found, key) => (found instanceof Map ? found.get(key) : (found as CelMap | undefined)?.[key]),
      variables,
    );
    const known = JSON.stringify(fromCel(value), function (this: Readonly<Record<string, unknown>>, key, json) {
      const item = this[key];
      return item instanceof Secret ? { secret: item.version } : json;
    });
    return { known, nodes: [] };
  } catch (error) {
    if (error instanceof NeedsSecret) return { known: `secret ${error.secret.version}`, nodes: [] };
    const value = error instanceof NeedsCluster ? error.value : undefined;
    return value ? { known: `${value.expression} ${value.inputs}`, nodes: value.nodes } : UNKNOWN;
  }
}

const UNKNOWN: Input = { known: "not known", nodes: [] };

/** The CEL library's messages go on with a drawing of the place. */
export const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0]!;

import type { Environment } from "@marcbachmann/cel-js";
import { KnownAfterApply, Secret, type Value } from "../objects.ts";
import { referencesOf } from "./inspector.ts";
import { fromCel, NeedsCluster, NeedsSecret } from "./unstructured.ts";

/** The variables that an expression can name, as CEL values. */
export type Scope = Readonly<Record<string, unknown>>;

/** An expression that has no value in this instance, and never will have: kro fails at it, or waits for ever. */
export class Unresolvable extends Error {}

/** A list in CEL; an element that is secret or unknown throws when it is read. */
export class List {
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
  readonly names: readonly string[];
  readonly #paths: readonly (readonly string[])[];
  readonly #run: (scope: Scope) => unknown;

  /** @throws the CEL library's ParseError. */
  constructor(text: string, environment: Environment) {
    const parsed = environment.parse(text);
    const { identifiers, paths } = referencesOf(parsed.ast);
    this.text = text;
    this.names = [...identifiers];
    this.#paths = paths;
    this.#run = (scope) => parsed(scope);
  }

  /** Ids of the nodes that it needs. */
  get nodes(): string[] {
    return this.names.filter((name) => name !== "schema");
  }

  /**
   * Its value; KnownAfterApply where only the cluster can know it, a Secret where it is made from one.
   *
   * @throws Unresolvable
   */
  evaluate(scope: Scope): Value {
    return this.#evaluate(scope, fromCel);
  }

  /**
   * As {@link evaluate}, but the elements of a list as CEL values: one may be an object of which only a part is known.
   *
   * @throws Unresolvable
   */
  elements(scope: Scope): List | Value {
    return this.#evaluate(scope, (result) => (Array.isArray(result) ? new List(result) : fromCel(result)));
  }

  #evaluate<T>(scope: Scope, convert: (result: unknown) => T): T | KnownAfterApply | Secret {
    try {
      return convert(this.#run(scope));
    } catch (error) {
      if (error instanceof NeedsCluster) {
        return new KnownAfterApply(`\${${this.text}}`, this.nodes, inputsOf(this.#paths, scope));
      }
      if (error instanceof NeedsSecret) return error.secret;
      throw new Unresolvable(`\${${this.text}} has no value here: ${firstLine(error)}`);
    }
  }
}

/** What is known of the values at these paths, as one text. */
const inputsOf = (paths: readonly (readonly string[])[], scope: Scope): string =>
  paths.map((path) => inputOf(path, scope)).join();

function inputOf(path: readonly string[], scope: Scope): string {
  try {
    const value = path.reduce<unknown>((found, key) => (found as Scope | undefined)?.[key], scope);
    return JSON.stringify(fromCel(value), function (this: Scope, key, json) {
      const secret = this[key];
      return secret instanceof Secret ? { secret: secret.version } : json;
    });
  } catch (error) {
    if (error instanceof NeedsSecret) return `secret ${error.secret.version}`;
    return "not known";
  }
}

/** The CEL library's messages go on with a drawing of the place. */
export const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0]!;

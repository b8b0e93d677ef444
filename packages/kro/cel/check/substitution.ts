import { isAny, type Type, withParts } from "./type.ts";

/**
 * What is known of the types that are to be found.
 *
 * @see https://github.com/google/cel-go/blob/v0.31.0/checker/types.go
 */
export class Substitution {
  readonly #found = new Map<string, Type>();
  /** What was there before, of all that an assignment changed: it may fail in the end. */
  #before: [string, Type | undefined][] = [];

  /** Whether values of these types may stand where the others are expected. Then, what that tells is kept. */
  assign(given: readonly Type[], expected: readonly Type[]): boolean {
    this.#before = [];
    if (this.#areAssignable(given, expected)) return true;
    for (const [name, type] of this.#before.reverse()) {
      if (type) this.#found.set(name, type);
      else this.#found.delete(name);
    }
    return false;
  }

  /**
   * The type with what was found in the place of what was to be found.
   *
   * @param otherwise - stands for what was not found. Default: it stays as it is.
   */
  applied(type: Type, otherwise?: Type): Type {
    const found = this.#found.get(type.text);
    if (found) return this.applied(found, otherwise);
    if (type.kind === "param") return otherwise ?? type;
    if (type.of.length === 0) return type;
    return withParts(
      type,
      type.of.map((part) => this.applied(part, otherwise)),
    );
  }

  #areAssignable(given: readonly Type[], expected: readonly Type[]): boolean {
    return given.length === expected.length && given.every((type, at) => this.#isAssignable(type, expected[at]!));
  }

  #isAssignable(given: Type, expected: Type): boolean {
    if (expected.kind === "param") {
      if (this.#canBe(expected, given)) return true;
      if (this.#found.has(expected.text)) return false;
    }
    if (given.kind === "param") return this.#canBe(given, expected);
    if (isAny(given) || isAny(expected)) return true;
    if (given.kind === "null") return expected.kind === "null" || isNullable(expected);
    if (expected.kind === "null") return isNullable(given);
    if (given.kind !== expected.kind) return false;
    if (given.kind === "type") return true;
    return given.of.length > 0 ? this.#areAssignable(given.of, expected.of) : given.text === expected.text;
  }

  /** Whether a parameter can be a type, which is kept then. */
  #canBe(parameter: Type, type: Type): boolean {
    if (parameter.text === type.text) return true;
    const found = this.#found.get(parameter.text);
    if (!found) return this.#isFree(parameter, type) && this.#keep(parameter, type);
    if (found.text === type.text) return true;
    if (!this.#isAssignable(type, found)) return false;
    const general = mostGeneral(type, found);
    if (this.#isFree(parameter, general)) this.#keep(parameter, general);
    return true;
  }

  #keep(parameter: Type, type: Type): true {
    this.#before.push([parameter.text, this.#found.get(parameter.text)]);
    this.#found.set(parameter.text, type);
    return true;
  }

  /** Whether a parameter is not in a type itself. */
  #isFree(parameter: Type, type: Type): boolean {
    if (parameter.text === type.text) return false;
    const found = type.kind === "param" ? this.#found.get(type.text) : undefined;
    return found ? this.#isFree(parameter, found) : type.of.every((part) => this.#isFree(parameter, part));
  }
}

/** Types that null may stand for. */
const isNullable = ({ kind }: Type): boolean => kind === "object" || kind === "optional";

/** The more general of two types that go together. */
export const mostGeneral = (one: Type, other: Type): Type => (isMoreGeneral(one, other) ? one : other);

function isMoreGeneral(one: Type, other: Type): boolean {
  if (isAny(one) || one.kind === "param") return true;
  if (isAny(other) || other.kind === "param" || one.kind !== other.kind) return false;
  if (one.kind === "type") return true;
  return one.of.length > 0 ? one.of.every((part, at) => isMoreGeneral(part, other.of[at]!)) : one.text === other.text;
}

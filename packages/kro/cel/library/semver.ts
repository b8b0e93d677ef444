import { CelObject, compareStrings, fail } from "../values.ts";
import { memberOverload, type Overload, overload } from "./functions.ts";

const SEMVER = "kubernetes.Semver";

/**
 * A version as github.com/blang/semver reads it: its numbers have 64 bits, and what is built in counts for nothing.
 *
 * @see https://github.com/blang/semver/blob/v4.0.0/semver.go
 */
export class Semver extends CelObject {
  readonly celType = SEMVER;
  readonly numbers: readonly bigint[];
  readonly prerelease: readonly (bigint | string)[];

  constructor(numbers: readonly bigint[], prerelease: readonly (bigint | string)[]) {
    super();
    this.numbers = numbers;
    this.prerelease = prerelease;
  }

  equals(other: unknown): boolean | undefined {
    return other instanceof Semver ? compare(this, other) === 0n : undefined;
  }
}

/**
 * kro 0.9.4 takes the library's first version, which has no argument to normalize a text.
 *
 * @see https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-semver-library
 */
export const SEMVERS: readonly Overload[] = [
  overload(`semver(string): ${SEMVER}`, (text: string) => parse(text) ?? fail(`no semantic version: ${text}`)),
  overload("isSemver(string): bool", (text: string) => parse(text) !== undefined),
  memberOverload(`${SEMVER}.compareTo(${SEMVER}): int`, compare),
  memberOverload(`${SEMVER}.isGreaterThan(${SEMVER}): bool`, (a: Semver, b: Semver) => compare(a, b) === 1n),
  memberOverload(`${SEMVER}.isLessThan(${SEMVER}): bool`, (a: Semver, b: Semver) => compare(a, b) === -1n),
  ...["major", "minor", "patch"].map((part, at) =>
    // Go's conversion of a uint64 to an int64 wraps.
    memberOverload(`${SEMVER}.${part}(): int`, ({ numbers }: Semver) => BigInt.asIntN(64, numbers[at] as bigint)),
  ),
];

const NUMBER = "(0|[1-9]\\d*)";
const IDENTIFIERS = "([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)";
const VERSION = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${IDENTIFIERS})?(?:\\+${IDENTIFIERS})?$`);

/** Undefined for what is no version. */
function parse(text: string): Semver | undefined {
  const [, major, minor, patch, identifiers] = VERSION.exec(text) ?? [];
  if (!major || !minor || !patch) return undefined;
  const prerelease = identifiers?.split(".") ?? [];
  if (prerelease.some((part) => /^0\d+$/.test(part))) return undefined;
  const parts = prerelease.map((part) => (/^\d+$/.test(part) ? BigInt(part) : part));
  const numbers = [major, minor, patch].map(BigInt);
  const fits = [...numbers, ...parts].every((part) => typeof part === "string" || BigInt.asUintN(64, part) === part);
  return fits ? new Semver(numbers, parts) : undefined;
}

function compare(a: Semver, b: Semver): bigint {
  for (const [at, number] of a.numbers.entries()) {
    const other = b.numbers[at] as bigint;
    if (number !== other) return number > other ? 1n : -1n;
  }
  const [own, others] = [a.prerelease, b.prerelease];
  if (own.length === 0 || others.length === 0) return BigInt(Math.sign(others.length - own.length));
  for (const [at, part] of own.entries()) {
    const other = others[at];
    if (other === undefined) return 1n;
    const order = comparePrerelease(part, other);
    if (order !== 0n) return order;
  }
  return own.length < others.length ? -1n : 0n;
}

function comparePrerelease(a: bigint | string, b: bigint | string): bigint {
  if (typeof a === "string" && typeof b === "string") return BigInt(Math.sign(compareStrings(a, b)));
  // Numbers come before words.
  if (typeof a === "string" || typeof b === "string") return typeof a === "string" ? 1n : -1n;
  return a > b ? 1n : a < b ? -1n : 0n;
}

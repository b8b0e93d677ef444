import { unsupported } from "../unsupported.ts";
import { CelObject, fail } from "../values.ts";
import { memberOverload, type Overload, overload } from "./functions.ts";

/** A decimal number: `unscaled` times 10 to the power of `scale`. */
interface Decimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

/**
 * A quantity of Kubernetes, such as `500m` or `1.5Gi`, with what its Go type lets through: it is an int64 with a scale as
 * long as that fits, and a decimal of any size from then on; only the first kind is ever an integer.
 *
 * @see https://github.com/kubernetes/apimachinery/blob/v0.36.3/pkg/api/resource/quantity.go
 */
export class Quantity extends CelObject {
  readonly celType = "kubernetes.Quantity";
  /** Undefined for a decimal. */
  amount: Decimal | undefined;
  /** Shared by a sum and its first operand, as Go's pointer to it is: who adds to a big number changes that itself. */
  decimal: { value: Decimal } | undefined;
  /** Of a sum: kro's CEL finds no equality for one on the right. */
  readonly isSum: boolean;

  constructor(amount: Decimal | undefined, decimal?: { value: Decimal }, isSum = false) {
    super();
    this.amount = amount;
    this.decimal = decimal;
    this.isSum = isSum;
  }

  get value(): Decimal {
    return (this.amount ?? this.decimal?.value) as Decimal;
  }

  equals(other: unknown): boolean | undefined {
    if (!(other instanceof Quantity) || other.isSum) return undefined;
    return compare(new Quantity(this.amount, this.decimal), other) === 0n;
  }
}

const QUANTITY = "kubernetes.Quantity";

/** @see https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-quantity-library */
export const QUANTITIES: readonly Overload[] = [
  overload(`quantity(string): ${QUANTITY}`, (text: string) => {
    return (
      parse(text) ?? fail("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
    );
  }),
  overload("isQuantity(string): bool", (text: string) => parse(text) !== undefined),
  overload(`sign(${QUANTITY}): int`, ({ value }: Quantity) => sign(value.unscaled)),
  memberOverload(`${QUANTITY}.compareTo(${QUANTITY}): int`, compare),
  memberOverload(`${QUANTITY}.isGreaterThan(${QUANTITY}): bool`, (a: Quantity, b: Quantity) => compare(a, b) === 1n),
  memberOverload(`${QUANTITY}.isLessThan(${QUANTITY}): bool`, (a: Quantity, b: Quantity) => compare(a, b) === -1n),
  memberOverload(`${QUANTITY}.asApproximateFloat(): double`, ({ value: { unscaled, scale } }: Quantity) => {
    return scale === 0 ? Number(unscaled) : Number(unscaled) * pow10(scale);
  }),
  memberOverload(`${QUANTITY}.asInteger(): int`, (quantity: Quantity) => {
    return integerOf(quantity) ?? fail("cannot convert value to integer");
  }),
  memberOverload(`${QUANTITY}.isInteger(): bool`, (quantity: Quantity) => integerOf(quantity) !== undefined),
  memberOverload(`${QUANTITY}.add(${QUANTITY}): ${QUANTITY}`, add),
  memberOverload(`${QUANTITY}.add(int): ${QUANTITY}`, (a: Quantity, n: bigint) => add(a, integer(n))),
  memberOverload(`${QUANTITY}.sub(${QUANTITY}): ${QUANTITY}`, subtract),
  memberOverload(`${QUANTITY}.sub(int): ${QUANTITY}`, (a: Quantity, n: bigint) => subtract(a, integer(n))),
];

const SUFFIXES: Readonly<Record<string, number>> = {
  ...{ n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 },
};
const BINARY_SUFFIXES: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };

/** Nothing is smaller in a quantity than one nano. */
const NANO = -9;
const MAX_INT64 = 2n ** 63n - 1n;
/** Digits that Go would write out, and no quantity of anybody's has. */
const MAX_DIGITS = 10_000;

/** Undefined for what is no quantity. */
function parse(text: string): Quantity | undefined {
  const parts = /^([+-]?)0*(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[+-]?\d*)$/.exec(text);
  if (text === "" || !parts) return undefined;
  const [, minus, digits = "", fraction = "", suffix = ""] = parts;
  const whole = digits || "0";
  // Without a digit it is 0, unless Go has to read it as a decimal.
  const isNumber = /^[+-]?\.?\d/.test(text);
  const signed = (value: bigint) => (minus === "-" ? -value : value);
  const binary = BINARY_SUFFIXES[suffix];
  if (binary !== undefined) return parseBinary(whole, fraction, binary, isNumber, signed);
  const exponent = exponentOf(suffix);
  if (exponent === undefined) return undefined;
  const unscaled = signed(BigInt(whole + fraction));
  const scale = exponent - fraction.length;
  if (18 - whole.length - fraction.length >= 0 && scale >= NANO) return new Quantity({ unscaled, scale });
  return isNumber ? new Quantity(undefined, { value: inNanos({ unscaled, scale }) }) : undefined;
}

function parseBinary(
  whole: string,
  fraction: string,
  exponent: bigint,
  isNumber: boolean,
  signed: (value: bigint) => bigint,
): Quantity | undefined {
  const unscaled = BigInt(whole + fraction) << exponent;
  const fits = fraction === "" && 15 - whole.length - Math.trunc((Number(exponent) * 3) / 10) - 1 >= 0;
  if (fits && unscaled <= MAX_INT64) return new Quantity({ unscaled: signed(unscaled), scale: 0 });
  if (!isNumber) return undefined;
  const rounded = inNanos({ unscaled, scale: -fraction.length });
  const isCapped = compareDecimals(rounded, { unscaled: MAX_INT64, scale: 0 }) > 0n;
  const value = isCapped ? { unscaled: MAX_INT64, scale: 0 } : rounded;
  return new Quantity(undefined, { value: { ...value, unscaled: signed(value.unscaled) } });
}

function exponentOf(suffix: string): number | undefined {
  const known = SUFFIXES[suffix];
  if (known !== undefined) return known;
  const exponent = /^[eE]([+-]?\d+)$/.exec(suffix)?.[1];
  if (exponent === undefined || BigInt.asIntN(64, BigInt(unplussed(exponent))) !== BigInt(unplussed(exponent))) {
    return undefined;
  }
  return Number(BigInt.asIntN(32, BigInt(unplussed(exponent))));
}

const unplussed = (digits: string) => digits.replace("+", "");

const integer = (value: bigint) => new Quantity({ unscaled: value, scale: 0 });

function integerOf({ amount }: Quantity): bigint | undefined {
  if (!amount || amount.scale < 0) return undefined;
  return inInt64(amount.unscaled, amount.scale);
}

/** A number with so many zeros more, if an int64 has room for it. */
function inInt64(value: bigint, zeros: number): bigint | undefined {
  if (value === 0n) return 0n;
  if (zeros > 19) return undefined;
  const result = value * 10n ** BigInt(zeros);
  return BigInt.asIntN(64, result) === result ? result : undefined;
}

/** As in Go, who is compared with a decimal is one from then on. */
function compare(a: Quantity, b: Quantity): bigint {
  if (!a.amount || !b.amount) toDecimal(a);
  return compareDecimals(a.value, b.value);
}

function add(a: Quantity, b: Quantity): Quantity {
  if (a.amount && b.amount) {
    const amount = addAmounts(a.amount, b.amount);
    if (amount) return new Quantity(amount, undefined, true);
  }
  const sum = new Quantity(a.amount, a.decimal, true);
  const decimal = toDecimal(sum);
  const [left, right, scale] = sameScale(decimal.value, b.value);
  decimal.value = { unscaled: left + right, scale };
  return sum;
}

function subtract(a: Quantity, b: Quantity): Quantity {
  const { unscaled, scale } = b.value;
  const negative = { unscaled: -unscaled, scale };
  // Go's least int64 is its own negative.
  const wraps = b.amount && BigInt.asIntN(64, -unscaled) !== -unscaled;
  if (wraps && a.amount) {
    const amount = addAmounts(a.amount, { unscaled, scale });
    if (amount) return new Quantity(amount, undefined, true);
  }
  return add(a, b.amount && !wraps ? new Quantity(negative) : new Quantity(undefined, { value: negative }));
}

function addAmounts(a: Decimal, b: Decimal): Decimal | undefined {
  if (b.unscaled === 0n) return a;
  if (a.unscaled === 0n) return b;
  const scale = Math.min(a.scale, b.scale);
  const left = inInt64(a.unscaled, a.scale - scale);
  const right = inInt64(b.unscaled, b.scale - scale);
  if (left === undefined || right === undefined) return undefined;
  const unscaled = inInt64(left + right, 0);
  return unscaled === undefined ? undefined : { unscaled, scale };
}

function toDecimal(quantity: Quantity): { value: Decimal } {
  quantity.decimal ??= { value: quantity.value };
  quantity.amount = undefined;
  return quantity.decimal;
}

function sameScale(a: Decimal, b: Decimal): [bigint, bigint, number] {
  const scale = Math.min(a.scale, b.scale);
  return [a.unscaled * power(a.scale - scale), b.unscaled * power(b.scale - scale), scale];
}

function compareDecimals(a: Decimal, b: Decimal): bigint {
  if (sign(a.unscaled) !== sign(b.unscaled)) return sign(a.unscaled) < sign(b.unscaled) ? -1n : 1n;
  const [left, right] = sameScale(a, b);
  return sign(left - right);
}

/** In nanos, rounded away from zero. */
function inNanos({ unscaled, scale }: Decimal): Decimal {
  if (unscaled === 0n) return { unscaled, scale };
  if (scale >= NANO) return { unscaled: unscaled * power(scale - NANO), scale: NANO };
  const unit = power(NANO - scale);
  return { unscaled: unscaled / unit + sign(unscaled % unit), scale: NANO };
}

function power(digits: number): bigint {
  if (digits > MAX_DIGITS) throw unsupported("a quantity with so large an exponent");
  return 10n ** BigInt(digits);
}

const sign = (value: bigint) => (value > 0n ? 1n : value < 0n ? -1n : 0n);

/** As Go's math.Pow10, which multiplies two powers: the result is rounded once more. */
function pow10(exponent: number): number {
  if (exponent > 308) return Infinity;
  if (exponent < -323) return 0;
  const size = Math.abs(exponent);
  const low = Number(`1e${size % 32}`);
  return exponent < 0 ? Number(`1e-${size - (size % 32)}`) / low : Number(`1e${size - (size % 32)}`) * low;
}

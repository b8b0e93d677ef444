const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** Nothing is smaller in a quantity than one nano. */
const NANOS = 1_000_000_000n;

/**
 * A quantity as the API server writes it: without a fraction, with the largest suffix of its kind that allows that.
 * `1000m` becomes `1`, `0.5Gi` becomes `512Mi`.
 *
 * @returns the value itself as text, when it isn't a quantity.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function canonicalQuantity(value: string | number): string {
  const text = String(value);
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d+))?$/.exec(text);
  if (!parts || (!parts[2] && !parts[3])) return text;
  const [, sign, whole = "", fraction = "", binary, decimal, exponent] = parts;
  const digits = (whole || "0") + fraction;
  const power = exponent !== undefined ? Number(exponent) : (DECIMAL.indexOf(decimal ?? "") - 3) * 3;
  const scale = power - fraction.length;
  // What looks canonical is kept as it was written.
  const isKept = binary
    ? fraction === "" && BigInt(digits) % 8n !== 0n
    : scale >= -9 && scale % 3 === 0 && !digits.endsWith("000") && !digits.startsWith("0");
  if (isKept) return text;
  const factor = binary ? 1024n ** BigInt(BINARY.indexOf(binary)) * NANOS : 10n ** BigInt(Math.max(power + 9, 0));
  const divisor = 10n ** BigInt(fraction.length + (binary ? 0 : Math.max(-(power + 9), 0)));
  const nanos = (BigInt(digits) * factor + divisor - 1n) / divisor;
  if (nanos === 0n) return "0";
  const isBinary = binary !== undefined && nanos >= 1024n * NANOS && nanos % NANOS === 0n;
  const written = isBinary ? inBinary(nanos / NANOS) : inDecimal(nanos, exponent !== undefined);
  return sign === "-" ? `-${written}` : written;
}

function inBinary(value: bigint): string {
  let [rest, step] = [value, 0];
  for (; rest % 1024n === 0n && step < BINARY.length - 1; step++) rest /= 1024n;
  return `${rest}${BINARY[step]}`;
}

function inDecimal(nanos: bigint, withExponent: boolean): string {
  let [rest, step] = [nanos, 0];
  for (; rest % 1000n === 0n && step < DECIMAL.length - 1; step++) rest /= 1000n;
  const power = (step - 3) * 3;
  return withExponent && power !== 0 ? `${rest}e${power}` : `${rest}${DECIMAL[step]}`;
}

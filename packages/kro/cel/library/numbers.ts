// Numbers and durations as text, as Go's standard library writes them.

/** A double as Go's shortest `%g`: `1`, `1.5`, `1e+06`, `1e-05`, `+Inf`. */
export function formatDouble(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const [digits = "", power = "0"] = value.toExponential().split("e");
  if (Number(power) >= -4 && Number(power) < 6) return Object.is(value, -0) ? "-0" : String(value);
  return `${digits}e${exponent(Number(power))}`;
}

/** A double as Go's shortest `%f`: all digits, no exponent. */
export function formatDecimal(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  if (Object.is(value, -0)) return "-0";
  const [mantissa = "", power = "0"] = Math.abs(value).toExponential().split("e");
  const digits = mantissa.replace(".", "");
  const point = Number(power) + 1;
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  const fraction = point > 0 ? digits.slice(point) : "0".repeat(-point) + digits;
  const sign = value < 0 ? "-" : "";
  return sign + (fraction && value !== 0 ? `${whole}.${fraction}` : whole);
}

/** A double as Go's `%f` with so many digits behind the point. */
export function formatFixed(value: number, digits: number): string {
  const negative = value < 0 || Object.is(value, -0);
  const [whole, fraction] = exactDecimal(Math.abs(value));
  const padded = fraction.padEnd(digits, "0");
  const rounded = roundAt(whole + padded, whole.length + digits).padStart(digits + 1, "0");
  const point = rounded.length - digits;
  return (negative ? "-" : "") + (digits ? `${rounded.slice(0, point)}.${rounded.slice(point)}` : rounded);
}

/** A double as Go's `%e` with so many digits behind the point. */
export function formatScientific(value: number, digits: number): string {
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const [whole, fraction] = exactDecimal(Math.abs(value));
  const all = (whole + fraction).replace(/^0+/, "").padEnd(digits + 1, "0");
  const rounded = roundAt(all, digits + 1);
  // 9.99 becomes 10.0, which is one digit more.
  const carry = rounded.length - (digits + 1);
  const leading = (whole + fraction).length - (whole + fraction).replace(/^0+/, "").length;
  const power = value === 0 ? 0 : whole.length - 1 - leading + carry;
  const shown = rounded.slice(0, digits + 1);
  return `${sign}${shown[0]}${digits ? `.${shown.slice(1)}` : ""}e${exponent(power)}`;
}

/** All digits of a double that is not negative, in front of the point and behind it. */
function exactDecimal(value: number): [string, string] {
  let denominator = 0;
  let numerator = value;
  while (!Number.isInteger(numerator)) {
    numerator *= 2;
    denominator++;
  }
  const digits = (BigInt(numerator) * 5n ** BigInt(denominator)).toString().padStart(denominator + 1, "0");
  return [digits.slice(0, digits.length - denominator), digits.slice(digits.length - denominator)];
}

/** The first digits, rounded: of two that are equally near the even one, as Go does and JavaScript doesn't. */
function roundAt(digits: string, count: number): string {
  const kept = BigInt(digits.slice(0, count) || "0");
  const rest = digits.slice(count);
  const isHalf = /^50*$/.test(rest);
  const up = isHalf ? kept % 2n === 1n : rest >= "5";
  return String(up ? kept + 1n : kept).padStart(count, "0");
}

function exponent(power: number): string {
  return `${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** Nanoseconds as Go's `Duration.String()`: `1h30m0s`, `1.5s`, `100ms`, `0s`. */
export function formatDuration(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? "-" : "";
  const rest = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (rest === 0n) return "0s";
  if (rest < 1_000n) return `${sign}${rest}ns`;
  if (rest < 1_000_000n) return `${sign}${decimal(rest, 1_000n)}µs`;
  if (rest < 1_000_000_000n) return `${sign}${decimal(rest, 1_000_000n)}ms`;
  const minutes = rest / 60_000_000_000n;
  const seconds = `${decimal(rest % 60_000_000_000n, 1_000_000_000n)}s`;
  if (minutes === 0n) return sign + seconds;
  return `${sign}${minutes >= 60n ? `${minutes / 60n}h` : ""}${minutes % 60n}m${seconds}`;
}

function decimal(value: bigint, unit: bigint): string {
  const digits = String(unit).length - 1;
  const fraction = String(value % unit)
    .padStart(digits, "0")
    .replace(/0+$/, "");
  return fraction ? `${value / unit}.${fraction}` : String(value / unit);
}

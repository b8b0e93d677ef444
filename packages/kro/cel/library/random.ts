import { fail } from "../values.ts";
import { type Overload, overload } from "./functions.ts";
import { sha256 } from "./hash.ts";

/** kro's random values, which are the same for the same seed, here as in the cluster. */
export const RANDOM: readonly Overload[] = [
  overload("random.seededString(int, string): string", seededString),
  overload("random.seededInt(int, int, string): int", seededInt),
];

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";

function seededString(length: bigint, seed: string): string {
  if (length <= 0n) fail("random.seededString length must be positive");
  const hash = Buffer.from(sha256(seed));
  let result = "";
  for (let at = 0; at < length; at++) result += ALPHABET[hash.readUInt32BE((at * 4) % hash.length) % ALPHABET.length];
  return result;
}

function seededInt(min: bigint, max: bigint, seed: string): bigint {
  if (min >= max) fail("random.seededInt min must be less than max");
  return min + (Buffer.from(sha256(seed)).readBigUInt64BE() % (max - min));
}

// Go's net/netip: which text is an address, and how it is written.

/** An address without a zone; `bits` is 32 or 128. */
export interface Address {
  readonly bits: number;
  readonly value: bigint;
}

/** A network: `address` may have more than its first `length` bits. */
export interface Prefix {
  readonly address: Address;
  readonly length: number;
}

/**
 * An address; undefined for a text that is none, or that Kubernetes' CEL doesn't want: one with a zone, or an IPv4 address that
 * is written as IPv6.
 *
 * @see https://pkg.go.dev/net/netip#ParseAddr
 */
export function parseAddress(text: string): Address | undefined {
  const first = /[.:%]/.exec(text)?.[0];
  if (first === ".") return parseIPv4(text);
  const address = first === ":" ? parseIPv6(text) : undefined;
  return address && address.value >> 32n === 0xffffn ? undefined : address;
}

/**
 * A network; undefined for a text that is none.
 *
 * @see https://pkg.go.dev/net/netip#ParsePrefix
 */
export function parsePrefix(text: string): Prefix | undefined {
  const [, host = "", digits = ""] = /^(.*)\/(0|[1-9]\d*)$/s.exec(text) ?? [];
  const address = parseAddress(host);
  const length = Number(digits);
  return digits && address && length <= address.bits ? { address, length } : undefined;
}

function parseIPv4(text: string): Address | undefined {
  const octets = text.split(".");
  if (octets.length !== 4 || !octets.every((octet) => /^(?:0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255)) {
    return undefined;
  }
  return { bits: 32, value: octets.reduce((value, octet) => value * 256n + BigInt(octet), 0n) };
}

/** One with a zone is none here. */
export function parseIPv6(text: string): Address | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, at) => groupsOf(half, at === halves.length - 1));
  if (!head || (halves.length === 2 && !tail)) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  // "::" stands for one group at least.
  if (tail ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array<number>(missing).fill(0), ...(tail ?? [])];
  return { bits: 128, value: groups.reduce((value, group) => value * 0x10000n + BigInt(group), 0n) };
}

/** @param isEnd whether the last groups may be an IPv4 address. */
function groupsOf(half: string, isEnd: boolean): number[] | undefined {
  if (half === "") return [];
  const groups = half.split(":");
  const last = groups.at(-1) as string;
  const embedded = isEnd && last.includes(".") ? parseIPv4(last) : undefined;
  const words = embedded ? groups.slice(0, -1) : groups;
  if (!words.every((group) => /^[\da-fA-F]{1,4}$/.test(group))) return undefined;
  const tail = embedded ? [Number(embedded.value >> 16n), Number(embedded.value & 0xffffn)] : [];
  return [...words.map((group) => Number.parseInt(group, 16)), ...tail];
}

/** As Go writes it, which is its canonical form. */
export function formatAddress({ bits, value }: Address): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join(".");
  const groups = Array.from({ length: 8 }, (_, at) => Number((value >> BigInt(112 - 16 * at)) & 0xffffn));
  let [start, end] = [8, 8];
  for (let from = 0; from < 8; from++) {
    let to = from;
    while (to < 8 && groups[to] === 0) to++;
    if (to - from >= 2 && to - from > end - start) [start, end] = [from, to];
  }
  const hex = groups.map((group) => group.toString(16));
  return start === 8 ? hex.join(":") : `${hex.slice(0, start).join(":")}::${hex.slice(end).join(":")}`;
}

/** The network that an address belongs to. */
export function mask({ bits, value }: Address, length: number): Address {
  const rest = BigInt(bits - length);
  return { bits, value: (value >> rest) << rest };
}

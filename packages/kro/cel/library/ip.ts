import { CelObject, fail } from "../values.ts";
import { memberOverload, type Overload, overload } from "./functions.ts";
import { type Address, formatAddress, parseAddress } from "./netip.ts";

const IP = "net.IP";

/** An IP address of Kubernetes' CEL. */
export class IpAddress extends CelObject {
  readonly celType = IP;
  readonly address: Address;

  constructor(address: Address) {
    super();
    this.address = address;
  }

  equals(other: unknown): boolean | undefined {
    if (!(other instanceof IpAddress)) return undefined;
    return this.address.bits === other.address.bits && this.address.value === other.address.value;
  }
}

/** What Go's net/netip says of an address, by the name that CEL has for it. */
const PROPERTIES: Readonly<Record<string, (address: Address) => boolean>> = {
  isUnspecified: ({ value }) => value === 0n,
  isLoopback: ({ bits, value }) => (bits === 32 ? value >> 24n === 127n : value === 1n),
  isLinkLocalMulticast: ({ bits, value }) =>
    bits === 32 ? value >> 8n === 0xe00000n : ((value >> 112n) & 0xff0fn) === 0xff02n,
  isLinkLocalUnicast,
  isGlobalUnicast: (address) => {
    const { bits, value } = address;
    const isMulticast = bits === 32 ? value >> 28n === 0xen : value >> 120n === 0xffn;
    const isBroadcast = bits === 32 && value === 0xffffffffn;
    const isLoopback = bits === 32 ? value >> 24n === 127n : value === 1n;
    return value !== 0n && !isBroadcast && !isLoopback && !isMulticast && !isLinkLocalUnicast(address);
  },
};

function isLinkLocalUnicast({ bits, value }: Address): boolean {
  return bits === 32 ? value >> 16n === 0xa9fen : ((value >> 112n) & 0xffc0n) === 0xfe80n;
}

/** @see https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-ip-address-library */
export const IPS: readonly Overload[] = [
  overload(`ip(string): ${IP}`, parseIp),
  overload("isIP(string): bool", (text: string) => parseAddress(text) !== undefined),
  overload("ip.isCanonical(string): bool", (text: string) => formatAddress(parseIp(text).address) === text),
  overload(`string(${IP}): string`, ({ address }: IpAddress) => formatAddress(address)),
  memberOverload(`${IP}.family(): int`, ({ address: { bits } }: IpAddress) => (bits === 32 ? 4n : 6n)),
  ...Object.entries(PROPERTIES).map(([name, holds]) =>
    memberOverload(`${IP}.${name}(): bool`, ({ address }: IpAddress) => holds(address)),
  ),
];

/** @throws EvaluationError for a text that is no address */
export function parseIp(text: string): IpAddress {
  const address = parseAddress(text);
  return address ? new IpAddress(address) : fail(`IP Address ${JSON.stringify(text)} parse error`);
}

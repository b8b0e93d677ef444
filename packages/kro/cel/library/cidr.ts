import { CelObject, fail } from "../values.ts";
import { memberOverload, type Overload, overload } from "./functions.ts";
import { IpAddress, parseIp } from "./ip.ts";
import { type Address, formatAddress, mask, type Prefix, parsePrefix } from "./netip.ts";

const CIDR = "net.CIDR";

/** A network of Kubernetes' CEL. */
export class Cidr extends CelObject {
  readonly celType = CIDR;
  readonly prefix: Prefix;

  constructor(prefix: Prefix) {
    super();
    this.prefix = prefix;
  }

  equals(other: unknown): boolean | undefined {
    return other instanceof Cidr ? format(this) === format(other) : undefined;
  }
}

/** @see https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-cidr-library */
export const CIDRS: readonly Overload[] = [
  overload(`cidr(string): ${CIDR}`, parse),
  overload("isCIDR(string): bool", (text: string) => parsePrefix(text) !== undefined),
  overload(`string(${CIDR}): string`, format),
  memberOverload(`${CIDR}.containsIP(string): bool`, (cidr: Cidr, text: string) =>
    contains(cidr, parseIp(text).address),
  ),
  memberOverload(`${CIDR}.containsIP(net.IP): bool`, (cidr: Cidr, { address }: IpAddress) => contains(cidr, address)),
  memberOverload(`${CIDR}.containsCIDR(string): bool`, (cidr: Cidr, text: string) => containsCidr(cidr, parse(text))),
  memberOverload(`${CIDR}.containsCIDR(${CIDR}): bool`, containsCidr),
  memberOverload(`${CIDR}.ip(): net.IP`, ({ prefix: { address } }: Cidr) => new IpAddress(address)),
  memberOverload(`${CIDR}.masked(): ${CIDR}`, ({ prefix: { address, length } }: Cidr) => {
    return new Cidr({ address: mask(address, length), length });
  }),
  memberOverload(`${CIDR}.prefixLength(): int`, ({ prefix: { length } }: Cidr) => BigInt(length)),
];

function parse(text: string): Cidr {
  const prefix = parsePrefix(text);
  return prefix ? new Cidr(prefix) : fail("network address parse error during conversion from string");
}

function format({ prefix: { address, length } }: Cidr): string {
  return `${formatAddress(address)}/${length}`;
}

function contains({ prefix: { address, length } }: Cidr, other: Address): boolean {
  return address.bits === other.bits && mask(address, length).value === mask(other, length).value;
}

function containsCidr(cidr: Cidr, { prefix }: Cidr): boolean {
  return cidr.prefix.length <= prefix.length && contains(cidr, prefix.address);
}

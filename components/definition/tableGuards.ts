import type { AckTable } from "./ackTable.ts";
import type { CartsStackSpec } from "./cartsSchema.ts";
import { cel, type Present } from "./references.ts";

type Guards = "deletionProtectionEnabled" | "continuousBackups" | "sseSpecification" | "timeToLive";

/**
 * How the table is guarded, of the instance's spec. What is off is said to be: kro 0.9 can't leave a field out, and to ACK one that
 * isn't there is false as well, so that neither asks for a permission. A key that isn't named any more is the exception: without the field
 * ACK asks AWS for nothing, which AWS refuses.
 *
 * A table that is to go with its instance has no deletion protection: AWS would refuse to delete it, and ACK try no more.
 */
export function guardsOf(spec: Present<CartsStackSpec>): Pick<AckTable["spec"], Guards> {
  const { tableProtection, tableOnDestroy, tableKmsKey, tableTtlAttribute } = spec;
  const isGuarded = cel`${tableProtection} == "standard"`;
  return {
    deletionProtectionEnabled: cel`${isGuarded} && ${tableOnDestroy} == "retain"`,
    continuousBackups: { pointInTimeRecoveryEnabled: isGuarded },
    sseSpecification: cel`${tableKmsKey} == "" ? {"enabled": dyn(false)} : {"enabled": dyn(true), "sseType": dyn("KMS"), "kmsMasterKeyID": dyn(${tableKmsKey})}`,
    timeToLive: cel`${tableTtlAttribute} == "" ? {"enabled": dyn(false)} : {"enabled": dyn(true), "attributeName": dyn(${tableTtlAttribute})}`,
  };
}

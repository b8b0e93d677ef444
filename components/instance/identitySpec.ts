import { type Input, output } from "@pulumi/pulumi";
import type { ResolvedArgs } from "../args.ts";
import type { IdentitySpec } from "../definition/cartsSchema.ts";
import type { Passed } from "../guards/passGuards.ts";
import type { CartsIdentity } from "../identity/cartsIdentity.ts";

/** `spec.identity` of an instance; undefined for one of an API that serves Pulumi's alone, and has no such field. */
export function identitySpec(
  args: ResolvedArgs,
  { handedOver }: CartsIdentity,
  passed: Promise<Passed>,
): Input<IdentitySpec | undefined> {
  const { clusterName, roleScope } = args;
  if (!handedOver) {
    const isServed = passed.then(({ served, identities }) => identities?.includes("ack") ?? served?.servesAck);
    return isServed.then((is) => (is ? { mode: "pulumi" as const } : undefined));
  }
  return output(handedOver.then((all) => ({ roleArn: all.roleArn, associationId: all.associationId }))).apply(
    ({ roleArn, associationId }) =>
      output({
        mode: "ack" as const,
        clusterName,
        roleScope,
        roleArn: roleArn ?? "",
        associationId: associationId ?? "",
      }),
  );
}

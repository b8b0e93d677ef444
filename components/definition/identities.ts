import type { Resource } from "@pulumi/pulumi";
import type { ResolvedArgs } from "../args.ts";
import { previousDefinition } from "../guards/definitionGuard.ts";
import type { Identities } from "./cartsDefinition.ts";
import { servesAck } from "./servedApi.ts";

/**
 * The identities that the RGD of a CartsStack serves: what its instance has. What has been served once stays, since kro takes no
 * field out of an API.
 */
export async function identitiesOf(component: Resource, name: string, { identity }: ResolvedArgs): Promise<Identities> {
  const isAck = identity === "ack" || servesAck((await previousDefinition(component, name))?.spec ?? {});
  return isAck ? ["pulumi", "ack"] : ["pulumi"];
}

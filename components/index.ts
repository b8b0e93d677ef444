/**
 * The carts service as Pulumi components: all that a program imports. What is here is documented where it is declared.
 *
 * @example
 * const { provider, dependsOn } = await accessCluster({ clusterName: "eks-workshop-auto" });
 * new CartsStack("carts", { clusterName: "eks-workshop-auto" }, { providers: { kubernetes: provider }, dependsOn });
 */
export { ADOPTION, type Adoption, adoptionKey } from "./adoption.ts";
export { ARGUMENTS, CLUSTER_ARGUMENTS } from "./argRules.ts";
export {
  type CartsLimitsArgs,
  type CartsRequestsArgs,
  type CartsResourcesArgs,
  type CartsSecretKeyArgs,
  type CartsStackArgs,
  type CartsTimeoutsArgs,
  type CartsUiArgs,
  RoleScope,
  resolveArgs,
  TableOnDestroy,
  TableProtection,
} from "./args.ts";
export { CartsApi, type CartsApiArgs } from "./cartsApi.ts";
export { CartsStack, type CartsStackNodes } from "./cartsStack.ts";
export { ArgumentError, checkArgs } from "./checkArgs.ts";
export { accessCluster, type ClusterAccessArgs } from "./cluster/clusterAccess.ts";
export { DEFINITION_NAME, definition, revision } from "./definition/cartsDefinition.ts";
export { API_VERSION, type CartsStackSpec, KIND } from "./definition/cartsSchema.ts";
export type { ArgRule } from "./rules/argRule.ts";

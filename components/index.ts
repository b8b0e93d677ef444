/**
 * The carts service as Pulumi components: all that a program imports. What is here is documented where it is declared.
 *
 * @example
 * const { provider, dependsOn } = await accessCluster({ clusterName: "eks-workshop-auto" });
 * new CartsStack("carts", { clusterName: "eks-workshop-auto" }, { providers: { kubernetes: provider }, dependsOn });
 */
export { ADOPTION, type Adoption, adoptionKey } from "./adoption.ts";
export { ARGUMENTS } from "./argRules.ts";
export {
  type CartsLimitsArgs,
  type CartsRequestsArgs,
  type CartsResourcesArgs,
  type CartsSecretKeyArgs,
  type CartsStackArgs,
  type CartsTimeoutsArgs,
  type CartsUiArgs,
  Identity,
  RoleScope,
  resolveArgs,
  TableOnDestroy,
  TableProtection,
} from "./args.ts";
export { CartsApi, type CartsApiArgs } from "./cartsApi.ts";
export { CartsStack, type CartsStackNodes } from "./cartsStack.ts";
export { ArgumentError, checkArgs } from "./checkArgs.ts";
export { CartsCluster } from "./cluster/cartsCluster.ts";
export { checkAccess } from "./cluster/checkAccess.ts";
export { accessCluster, type ClusterAccessArgs } from "./cluster/clusterAccess.ts";
export {
  type CartsClusterArgs,
  ClusterControllers,
  ClusterEndpoint,
  ClusterLog,
  type ClusterOptions,
} from "./cluster/clusterArgs.ts";
export { TABLE_ACTIONS } from "./controllers/ackPolicy.ts";
export { Controllers } from "./controllers/controllers.ts";
export { type ChartsArgs, type ControllersArgs, ControllersMode } from "./controllers/controllersArgs.ts";
export { DEFINITION_NAME, definition, definitionOf, revision } from "./definition/cartsDefinition.ts";
export { API_VERSION, type CartsStackSpec, KIND } from "./definition/cartsSchema.ts";
export { originOf } from "./definition/origin.ts";
export { revisionOf } from "./definition/revision.ts";
export { isPartOf, madeBy, TABLES } from "./guards/taken.ts";
export { roleNameFor } from "./names.ts";
export { OWNER } from "./owner.ts";
export type { ArgRule } from "./rules/argRule.ts";
export { CLUSTER_ARGUMENTS } from "./rules/clusterOptions.ts";
export { TAGS } from "./tags.ts";

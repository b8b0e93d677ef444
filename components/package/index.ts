// The face of the package: each class here is a resource that programs in every language have.
export { CartsApi } from "../cartsApi.ts";
export { CartsStack } from "../cartsStack.ts";
export { CartsCluster } from "../cluster/cartsCluster.ts";
export { Controllers } from "../controllers/controllers.ts";

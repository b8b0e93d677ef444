// The face of the package: each class here is a resource that programs in every language have.
export { CartsApi } from "../cartsApi.ts";
export { CartsStack } from "../cartsStack.ts";

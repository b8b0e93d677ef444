import { CartsApi } from "../../../../components/index.ts";

export const { definitionName } = new CartsApi("api");

import { accessCluster, CartsApi, CartsStack } from "../../../components/index.ts";
import { readConfig } from "../../../config.ts";

const { carts, cluster } = readConfig();
const { provider } = await accessCluster(cluster);
const opts = { providers: { kubernetes: provider } };
const { definitionName: api } = new CartsApi("api", {}, opts);
for (const instanceName of ["carts", "blue", "green"]) {
  new CartsStack(instanceName, { ...carts, instanceName, api }, opts);
}

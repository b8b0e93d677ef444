import { accessCluster, CartsStack } from "./components/index.ts";
import { readConfig } from "./config.ts";

const config = readConfig();
const { provider, dependsOn } = await accessCluster(config.cluster);
const carts = new CartsStack("carts", config.carts, { providers: { kubernetes: provider }, dependsOn });

export const {
  tableArn,
  serviceEndpoint,
  namespace,
  serviceAccountName,
  roleArn,
  associationId,
  tableName,
  instanceName,
} = carts;

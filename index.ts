import { accessCluster, CartsStack, guardTable, guardUi } from "./components/index.ts";
import { readConfig } from "./config.ts";

const config = readConfig();
await guardTable("carts", config.carts);
const { provider, dependsOn } = await accessCluster(config.cluster);
if (!config.cluster.createCluster) await guardUi("carts", config.carts, provider);
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

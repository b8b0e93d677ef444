import { CartsStack } from "./components/cartsStack.ts";
import { accessCluster } from "./components/cluster/clusterAccess.ts";
import { guardTable } from "./components/guards/tableGuard.ts";
import { guardUi } from "./components/ui/uiRoute.ts";
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

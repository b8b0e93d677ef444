import { accessCluster, CartsStack } from "../../../components/index.ts";
import { readConfig } from "../../../config.ts";

const { carts, cluster } = readConfig();
const { clusterName } = carts;
const { provider } = await accessCluster(cluster);
const first = new CartsStack("carts", carts, { providers: { kubernetes: provider } });
for (const name of ["blue", "green"]) {
  const own = { instanceName: name, namespace: name, tableName: `${clusterName}-carts-${name}` };
  const shared = { createDefinition: false, roleName: `${clusterName}-carts-dynamo` };
  new CartsStack(name, { ...carts, ...own, ...shared }, { providers: { kubernetes: provider }, dependsOn: first });
}

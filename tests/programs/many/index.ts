import { Config } from "@pulumi/pulumi";
import { accessCluster, CartsApi, CartsStack } from "../../../components/index.ts";
import { readConfig } from "../../../config.ts";

const { carts, cluster } = readConfig();
const { provider } = await accessCluster(cluster);
const opts = { providers: { kubernetes: provider } };
const { definitionName: api } = new CartsApi("api", {}, { ...opts, protect: false });
const resources = { requests: { cpu: "10m", memory: "16Mi" } };
for (let i = 0; i < new Config("many").requireNumber("count"); i++) {
  const instanceName = `carts-${i}`;
  new CartsStack(instanceName, { ...carts, resources, instanceName, api }, opts);
}

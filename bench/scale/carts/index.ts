import { Config } from "@pulumi/pulumi";
import { accessCluster, CartsStack } from "../../../components/index.ts";

const config = new Config();
const clusterName = config.require("clusterName");
const { provider } = await accessCluster({ clusterName, context: config.require("context") });
const providers = { kubernetes: provider };
const small = { resources: { requests: { cpu: "10m", memory: "16Mi" } } };
const first = new CartsStack("carts", { clusterName, ...small }, { providers });
for (let i = 1; i < config.requireNumber("count"); i++) {
  const name = `carts-${i}`;
  const own = { instanceName: name, namespace: name, tableName: `${clusterName}-carts-${i}` };
  const shared = { createDefinition: false, roleName: `${clusterName}-carts-dynamo` };
  new CartsStack(name, { clusterName, ...small, ...own, ...shared }, { providers, dependsOn: first });
}

import { Config } from "@pulumi/pulumi";
import { accessCluster, CartsApi, CartsStack } from "../../../components/index.ts";

// As many CartsStacks as `count` says, from number `from` on, and with `api` the API that they are of.
const config = new Config();
const clusterName = config.require("clusterName");
const { provider } = await accessCluster({ clusterName, context: config.require("context") });
const providers = { kubernetes: provider };
const api = config.getBoolean("api") ? new CartsApi("api", {}, { providers, protect: false }) : undefined;
const of = api ? { api: api.definitionName } : { createDefinition: false };
const resources = { requests: { cpu: "10m", memory: "16Mi" } };
const from = config.getNumber("from") ?? 0;
for (let i = from; i < from + config.requireNumber("count"); i++) {
  const instanceName = `bench-${i}`;
  const imageVersion = config.require("imageVersion");
  new CartsStack(
    instanceName,
    { clusterName, instanceName, imageVersion, resources, tableOnDestroy: "delete", ...of },
    { providers },
  );
}

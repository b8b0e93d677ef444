import { Config } from "@pulumi/pulumi";
import { CartsStack } from "../../../../components/index.ts";

const config = new Config();
export const { serviceEndpoint, tableName } = new CartsStack("carts", {
  clusterName: config.require("clusterName"),
  instanceName: config.require("instanceName"),
  createDefinition: false, // the platform team's stack has it
});

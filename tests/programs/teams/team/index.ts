import { Config } from "@pulumi/pulumi";
import { CartsStack, type RoleScope } from "../../../../components/index.ts";

const config = new Config();
export const { serviceEndpoint, tableName } = new CartsStack("carts", {
  clusterName: config.require("clusterName"),
  instanceName: config.require("instanceName"),
  roleName: config.get("roleName"),
  roleScope: config.get<RoleScope>("roleScope"),
  createDefinition: false, // the platform team's stack has it
});

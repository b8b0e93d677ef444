import { Role } from "@pulumi/aws/iam/role.js";
import { accessCluster, CartsStack } from "../../../components/index.ts";
import { readConfig } from "../../../config.ts";

const { carts, cluster } = readConfig();
const { provider } = await accessCluster(cluster);
// Stands for a cluster that the same program makes: what comes of its ARN is unknown until it is there. With `tags`, a bad one.
const maker = new Role("maker", {
  name: "later-maker",
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
  }),
});
const clusterName = maker.arn.apply(() => (carts.tags ? "not a name" : cluster.clusterName));
new CartsStack("carts", { ...carts, clusterName }, { providers: { kubernetes: provider } });

import * as fs from "node:fs";
import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const clusterName = config.require("clusterName");
const { definition, instance } = JSON.parse(fs.readFileSync(config.require("manifests"), "utf8"));

const role = new aws.iam.Role("role", {
  name: `${clusterName}-carts-reference`,
  assumeRolePolicy: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
      },
    ],
  },
});
const tables = pulumi.interpolate`arn:aws:dynamodb:${aws.getRegionOutput().region}:${aws.getCallerIdentityOutput().accountId}:table/${clusterName}-carts-*`;
const policy = new aws.iam.RolePolicy("policy", {
  role: role.name,
  policy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["dynamodb:GetItem", "dynamodb:PutItem"], Resource: [tables] }],
  }),
});
const association = new aws.eks.PodIdentityAssociation(
  "association",
  { clusterName, namespace: instance.spec.namespace, serviceAccount: "carts", roleArn: role.arn },
  { dependsOn: [policy] },
);
const provider = new k8s.Provider("cluster", { context: config.require("context") });
const rgd = new k8s.apiextensions.CustomResource("definition", definition, { provider });
const carts = new k8s.apiextensions.CustomResource("instance", instance, { provider, dependsOn: [rgd, association] });

export const associationId = association.associationId;
export const instanceName = carts.metadata.name;

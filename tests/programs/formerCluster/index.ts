import { AccessPolicyAssociation } from "@pulumi/aws/eks/accessPolicyAssociation.js";
import { Capability } from "@pulumi/aws/eks/capability.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { Cluster } from "@pulumi/eks/cluster.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { ComponentResource, Config } from "@pulumi/pulumi";

// Frozen: types, names, parents, inputs and options of the version before, written out, so that no later change of
// components/ changes them. ACK's policy had more actions; which, is not what an upgrade is about.

const clusterName = new Config().require("clusterName");
const parent = new ComponentResource("carts-stack:index:CartsCluster", clusterName);
const cluster = new Cluster(
  `${clusterName}-cluster`,
  { name: clusterName, authenticationMode: "API", autoMode: { enabled: true } },
  { parent },
);
const capability = (type: "KRO" | "ACK") => {
  const part = type.toLowerCase();
  const assumeRolePolicy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "capabilities.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
      },
    ],
  });
  const role = new Role(`${clusterName}-${part}`, { assumeRolePolicy }, { parent });
  const made = new Capability(
    `${clusterName}-${part}`,
    { clusterName, capabilityName: part, type, roleArn: role.arn, deletePropagationPolicy: "RETAIN" },
    { parent, dependsOn: [cluster] },
  );
  return { role, made };
};
const kro = capability("KRO");
new AccessPolicyAssociation(
  `${clusterName}-kro`,
  {
    clusterName,
    principalArn: kro.role.arn,
    policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
    accessScope: { type: "cluster" },
  },
  { parent, dependsOn: [kro.made] },
);
const ack = capability("ACK");
new RolePolicy(
  `${clusterName}-ack`,
  {
    role: ack.role.name,
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["dynamodb:CreateTable", "dynamodb:DescribeTable"],
          Resource: `arn:aws:dynamodb:*:*:table/${clusterName}-carts-*`,
        },
      ],
    }),
  },
  { parent },
);
new Provider("cluster", { kubeconfig: cluster.kubeconfigJson, enableServerSideApply: true });

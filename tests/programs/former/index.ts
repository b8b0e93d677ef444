import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { ComponentResource, Config, type CustomResourceOptions, type Resource } from "@pulumi/pulumi";
import { parse } from "yaml";

// Frozen: types, names, parents, inputs and options of the version before, written out, so that no later change of
// components/ changes them. Every instance had the lab's namespace, table and role then, whatever its name.

const config = new Config();
const clusterName = config.require("clusterName");
const instanceName = config.get("instanceName") ?? "carts-kro";
const timeouts = config.requireObject<Record<"create" | "update" | "delete", string>>("timeouts");
const [namespace, serviceAccount, tableName] = ["carts-kro", "carts", `${clusterName}-carts-kro`];
const apiVersion = "kro.run/v1alpha1";
const waitFor = (value: string) => ({ annotations: { "pulumi.com/waitFor": value } });

const provider = new Provider("cluster", { context: config.require("context"), enableServerSideApply: true });
const carts = new ComponentResource(
  "carts-stack:index:CartsStack",
  "carts",
  {},
  { providers: { kubernetes: provider }, dependsOn: [] },
);
const after = (...dependsOn: Resource[]): CustomResourceOptions => ({ parent: carts, dependsOn });

const role = new Role(
  "carts-role",
  {
    name: `${clusterName}-carts-dynamo`,
    description: `Lets the carts service of the EKS cluster ${clusterName} use its DynamoDB tables`,
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "pods.eks.amazonaws.com" },
          Action: ["sts:AssumeRole", "sts:TagSession"],
        },
      ],
    }),
    tags: {},
  },
  after(),
);
const tables = `arn:aws:dynamodb:us-west-2:000000000000:table/${clusterName}-carts-*`;
const policy = new RolePolicy(
  "carts-policy",
  {
    name: "carts-dynamo",
    role: role.name,
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Carts",
          Effect: "Allow",
          Action: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
          Resource: tables,
        },
        { Sid: "CartsOfCustomer", Effect: "Allow", Action: "dynamodb:Query", Resource: `${tables}/index/*` },
      ],
    }),
  },
  after(),
);
const association = new PodIdentityAssociation(
  "carts-association",
  { clusterName, namespace, serviceAccount, roleArn: role.arn, tags: {} },
  after(policy),
);
const definition = new CustomResource(
  "carts-definition",
  {
    apiVersion,
    kind: "ResourceGraphDefinition",
    metadata: { name: "cartsstack", ...waitFor("condition=Ready") },
    spec: parse(readFileSync(join(import.meta.dirname, "definition.yaml"), "utf8")),
  },
  { ...after(), customTimeouts: { create: "1m", update: "1m", delete: "5m" } },
);
new CustomResource(
  "carts",
  {
    apiVersion,
    kind: "CartsStack",
    metadata: {
      name: instanceName,
      namespace: "default",
      ...waitFor(
        JSON.stringify([
          "jsonpath={.status.missing.table}=nothing",
          "jsonpath={.status.missing.pods}=nothing",
          "condition=Ready",
        ]),
      ),
    },
    spec: {
      tableName,
      namespace,
      serviceAccount,
      image: "public.ecr.aws/aws-containers/retail-store-sample-cart",
      imageVersion: "1.3.0",
      replicas: 1,
      resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { memory: "1Gi" } },
      environment: [],
      tags: [],
      tableOnDestroy: "retain",
      revision: "4d7f210a8347",
    },
  },
  {
    ...after(role, policy, association, definition),
    customTimeouts: timeouts,
    replaceOnChanges: ["spec.tableName", "spec.namespace"],
    deleteBeforeReplace: true,
  },
);

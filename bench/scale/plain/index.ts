import { readFileSync } from "node:fs";
// Not the packages' own index: that alone would take longer than what is compared.
import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation.js";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import { getRoleOutput } from "@pulumi/aws/iam/getRole.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { ComponentResource, Config, type Input, interpolate, jsonStringify, type Resource } from "@pulumi/pulumi";
import type { Manifests } from "../../manifests.ts";

const config = new Config();
const clusterName = config.require("clusterName");
const { definition, instance } = JSON.parse(readFileSync(config.require("manifests"), "utf8")) as Manifests;
const provider = new Provider("cluster", { context: config.require("context"), enableServerSideApply: true });

/** What a team writes that has no component of ours. */
class Carts extends ComponentResource {
  readonly all: Resource[];

  constructor(name: string, suffix: string, roleArn: Input<string>, dependsOn: Resource[]) {
    super("plain-scale:index:Carts", name, {}, { providers: { kubernetes: provider } });
    const namespace = `${instance.spec.namespace}${suffix}`;
    const association = new PodIdentityAssociation(
      `${name}-association`,
      { clusterName, namespace, serviceAccount: "carts", roleArn },
      { parent: this, dependsOn },
    );
    const carts = new CustomResource(
      name,
      {
        ...instance,
        metadata: { ...instance.metadata, name: `${instance.metadata.name}${suffix}` },
        spec: { ...instance.spec, namespace, tableName: `${instance.spec.tableName}${suffix}` },
      },
      { parent: this, dependsOn: [...dependsOn, association] },
    );
    this.all = [association, carts];
    this.registerOutputs();
  }
}

const role = new Role("role", {
  name: `${clusterName}-carts-plain`,
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
const tables = interpolate`arn:aws:dynamodb:${getRegionOutput().region}:${getCallerIdentityOutput().accountId}:table/${clusterName}-carts-*`;
const policy = new RolePolicy("policy", {
  role: role.name,
  policy: jsonStringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "dynamodb:*", Resource: [tables, interpolate`${tables}/index/*`] }],
  }),
});
const rgd = new CustomResource("definition", definition, { provider });
const first = new Carts("carts", "", role.arn, [policy, rgd]);
for (let i = 1; i < config.requireNumber("count"); i++) {
  const { arn } = getRoleOutput({ name: `${clusterName}-carts-plain` }, { dependsOn: first.all });
  new Carts(`carts-${i}`, `-${i}`, arn, [rgd, ...first.all]);
}

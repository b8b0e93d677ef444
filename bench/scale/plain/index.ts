import { readFileSync } from "node:fs";
// Not the packages' own index: that alone would take longer than what is compared.
import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation.js";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { ComponentResource, Config, interpolate, jsonStringify, type Resource } from "@pulumi/pulumi";
import type { BenchManifests } from "../inputs.ts";

// What a team writes that has no component of ours: a stack, an API and as many instances as `count` says.
const config = new Config();
const clusterName = config.require("clusterName");
const { definition, instance, trust } = JSON.parse(readFileSync(config.require("manifests"), "utf8")) as BenchManifests;
const provider = new Provider("cluster", { context: config.require("context"), enableServerSideApply: true });
const account = interpolate`arn:aws:dynamodb:${getRegionOutput().region}:${getCallerIdentityOutput().accountId}`;

class Carts extends ComponentResource {
  constructor(name: string, dependsOn: readonly Resource[]) {
    super("plain-scale:index:Carts", name, {}, { providers: { kubernetes: provider } });
    const opts = { parent: this };
    const role = new Role(`${name}-role`, { name: `${clusterName}-carts-${name}`, assumeRolePolicy: trust }, opts);
    const table = `${clusterName}-carts-${name}`;
    const tables = interpolate`${account}:table/${table}`;
    const policy = jsonStringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "dynamodb:*", Resource: [tables, interpolate`${tables}/index/*`] }],
    });
    const rolePolicy = new RolePolicy(`${name}-policy`, { role: role.name, policy }, opts);
    const association = new PodIdentityAssociation(
      `${name}-association`,
      { clusterName, namespace: name, serviceAccount: "carts", roleArn: role.arn },
      { ...opts, dependsOn: [rolePolicy] },
    );
    const { metadata, spec } = instance;
    new CustomResource(
      name,
      { ...instance, metadata: { ...metadata, name }, spec: { ...spec, namespace: name, tableName: table } },
      { ...opts, dependsOn: [association, ...dependsOn] },
    );
    this.registerOutputs();
  }
}

/** As the API is under a component of its own with us. */
class Api extends ComponentResource {
  readonly definition: CustomResource;

  constructor() {
    super("plain-scale:index:Api", "api", {}, { providers: { kubernetes: provider } });
    this.definition = new CustomResource("api-definition", definition, { parent: this });
    this.registerOutputs();
  }
}

const api = new Api();
for (let i = 0; i < config.requireNumber("count"); i++) new Carts(`plain-${i}`, [api.definition]);

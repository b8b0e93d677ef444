import assert from "node:assert/strict";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { type ComponentResourceOptions, runtime } from "@pulumi/pulumi";
import { CartsCluster, type CartsClusterArgs, Controllers, type ControllersArgs } from "../../../components/index.ts";
import { type Declared, declare, type Run } from "./mocks.ts";

export const ROLE = "aws:iam/role:Role";
export const POLICY = "aws:iam/rolePolicy:RolePolicy";
export const CAPABILITY = "aws:eks/capability:Capability";
export const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
export const RELEASE = "kubernetes:helm.sh/v3:Release";
export const CLUSTER_ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole";
export const BINDING = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding";
export const CLUSTER = "eks:index:Cluster";

/** A role that IAM has named. */
export const KRO_ROLE_ARN = "arn:aws-cn:iam::111122223333:role/shop-kro-0123456";
export const NAMED: Run = {
  outputs: { [ROLE]: { name: "shop-kro-0123456", arn: KRO_ROLE_ARN } },
};

export interface Graph {
  readonly declared: readonly Declared[];
  readonly of: (type: string, name?: string) => Declared;
  /** Whether one was declared with the other, or what it has of it, among its dependencies, over any number of steps. */
  readonly isAfter: (one: Declared, other: Declared) => boolean;
}

export async function graphOf(run: Run, make: () => unknown): Promise<Graph> {
  const declared = await declare(run);
  make();
  await runtime.disconnect();
  const dependenciesOf = ({ request }: Declared) => request.getDependenciesList();
  const isAfter = (one: Declared, other: Declared): boolean =>
    dependenciesOf(one).some(
      (urn) =>
        urn === other.urn ||
        declared.some((between) => between.urn === urn && between !== one && isAfter(between, other)),
    );
  const of = (type: string, name?: string) => {
    const found = declared.filter(
      (resource) => resource.type === type && (name === undefined || resource.name === name),
    );
    assert.equal(found.length, 1, `${found.length} of ${type} ${name ?? ""}`);
    return found[0]!;
  };
  return { declared, of, isAfter };
}

export const controllers = (
  args: Partial<ControllersArgs> = {},
  run: Run = NAMED,
  opts: ComponentResourceOptions = {},
) =>
  graphOf(run, () => {
    const kubernetes = new Provider("cluster", { kubeconfig: "{}" });
    new Controllers("shop", { clusterName: "shop", ...args }, { providers: { kubernetes }, ...opts });
  });
export const cluster = (args: Partial<CartsClusterArgs> = {}, run: Run = NAMED) =>
  graphOf(run, () => new CartsCluster("shop", { clusterName: "shop", ...args }));

/** Types of what is made in AWS or in the cluster, of all that is declared. */
export const made = (declared: readonly Declared[]): string[] =>
  declared.filter(({ type, request }) => request.getCustom() || type === CLUSTER).map(({ type }) => type);

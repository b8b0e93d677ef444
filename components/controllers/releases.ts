import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation.js";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import { getPartitionOutput } from "@pulumi/aws/getPartition.js";
import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { all, type Input, type Inputs, output, type Resource } from "@pulumi/pulumi";
import { askAws } from "../askAws.ts";
import type { Given } from "../given.ts";
import { podTrustPolicy } from "../identity/trustPolicy.ts";
import { CHARTS } from "../rules/clusterOptions.ts";
import { sdk } from "../sdkLater.ts";
import { ackPolicy } from "./ackPolicy.ts";
import { CHART } from "./charts.ts";
import type { ChartsArgs } from "./controllersArgs.ts";
import { kroRole } from "./kroRole.ts";
import type { Place } from "./place.ts";

/**
 * kro and ACK by their Helm charts, in the cluster. kro has the permissions of its chart's `rbac.mode: aggregation` and those
 * that CartsStack needs; ACK has a role of its own by EKS Pod Identity.
 *
 * @returns what must be there before an instance comes.
 */
export function createReleases(
  name: string,
  clusterName: Given<string>,
  charts: Input<ChartsArgs> | undefined,
  { parent, within, after }: Place,
): Resource[] {
  const module = sdk<typeof import("@pulumi/kubernetes/helm/v3/release.js")>("@pulumi/kubernetes/helm/v3/release.js");
  const given = output(charts ?? {});
  const release = (part: "kro" | "ack", values: Inputs, ...others: Resource[]) =>
    new module.Release(
      `${name}-${part}`,
      {
        ...CHART[part],
        chart: given.apply((own) => own[part] ?? CHARTS[part].default),
        createNamespace: true,
        values,
      },
      after(...others),
    );

  const permissions = kroRole(name, after());
  const kro = release("kro", { rbac: { mode: "aggregation" } });

  const [{ partition }, { region }, { accountId }] = [
    askAws(getPartitionOutput({}, { parent })),
    askAws(getRegionOutput({}, { parent })),
    askAws(getCallerIdentityOutput({}, { parent })),
  ];
  const only = { namespace: CHART.ack.namespace, serviceAccount: CHART.ack.name };
  const role = new Role(
    `${name}-ack`,
    {
      assumeRolePolicy: all([accountId, clusterName]).apply(([account, cluster]) =>
        podTrustPolicy({ account, clusterName: cluster, only }),
      ),
    },
    within(),
  );
  const tables = new RolePolicy(
    `${name}-ack`,
    { role: role.name, policy: all([partition, clusterName]).apply(([of, cluster]) => ackPolicy(of, cluster)) },
    within(),
  );
  const association = new PodIdentityAssociation(
    `${name}-ack`,
    { clusterName, ...only, roleArn: role.arn },
    after(tables),
  );
  // After kro, too: an association counts some seconds after it was made, and a pod that comes before never has credentials.
  const ack = release(
    "ack",
    {
      aws: { region },
      installScope: "cluster",
      serviceAccount: { name: CHART.ack.name },
      reconcile: { resources: ["Table"] },
    },
    association,
    kro,
  );
  return [permissions, kro, tables, association, ack];
}

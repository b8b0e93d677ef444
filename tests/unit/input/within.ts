import assert from "node:assert/strict";
import fc from "fast-check";
import { type CartsStackArgs, type ClusterAccessArgs, checkArgs } from "../../../components/index.ts";
import * as source from "./sources.ts";

const PODS_OWN =
  /^AWS_(CONTAINER_\w*|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|PROFILE|WEB_IDENTITY_TOKEN_FILE|ROLE_ARN)$/;

const texts = (value: unknown): [string, string][] => Object.entries(value as Record<string, string>);
const minutes = (text: string): number => {
  const [, hours = 0, mins = 0, seconds = 0] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? [];
  return Number(hours) * 60 + Number(mins) + Number(seconds) / 60;
};

/** Holds arguments that were taken against what each value's own source takes. */
export function assertWithin(given: CartsStackArgs): void {
  const args = checkArgs(given);
  const is = (holds: boolean, what: string) => assert.ok(holds, `${what}: ${fc.stringify(given).slice(0, 500)}`);
  const plain = args as unknown as Record<string, never>;
  is(source.isClusterName(plain.clusterName!), "clusterName");
  for (const key of ["instanceName", "instanceNamespace", "namespace", "serviceAccount"])
    is(source.isLabel(plain[key]!), key);
  is(source.isTableName(plain.tableName!), "tableName");
  is(source.isRepository(plain.image!), "image");
  is(source.isImageTag(plain.imageVersion!), "imageVersion");
  is(
    Number.isInteger(args.replicas) && (args.replicas as number) >= 1 && (args.replicas as number) < 2 ** 31,
    "replicas",
  );
  const { requests, limits } = args.resources as Record<"requests" | "limits", Record<"cpu" | "memory", string>>;
  for (const text of [requests.cpu, requests.memory, limits.memory]) is(source.quantity(text) >= 0, `quantity ${text}`);
  is(source.quantity(requests.memory) <= source.quantity(limits.memory) * (1 + 1e-9), "a request above its limit");
  for (const [name, value] of texts(args.environment)) {
    is(source.isVariable(name) && source.isVariableValue(name, value) && !PODS_OWN.test(name), `environment.${name}`);
  }
  const tags = texts(args.tags);
  for (const [key, value] of tags) is(source.isTag(key, value), `tags.${key}`);
  is(tags.length <= 44 && new Set(tags.map(([key]) => key.toLowerCase())).size === tags.length, "tags");
  const made = `${plain.clusterName}-carts-${plain.instanceName === ("carts-kro" as never) ? "dynamo" : plain.instanceName}`;
  is(source.isRoleName(args.roleName === undefined ? made : plain.roleName!), "roleName");
  is(
    ["cluster", "table"].includes(plain.roleScope!) && ["retain", "delete"].includes(plain.tableOnDestroy!),
    "a choice",
  );
  is(typeof args.createDefinition === "boolean" && typeof args.routeUi === "boolean", "true or false");
  const ui = args.ui as unknown as Record<string, string>;
  is(source.isLabel(ui.namespace!) && source.isSubdomain(ui.deployment!) && source.isLabel(ui.container!), "ui");
  for (const time of Object.values(args.timeouts))
    is(minutes(time) > 0 && minutes(time) <= 576 * 60, `timeout ${time}`);
  is(!["default", "kube-system", args.instanceNamespace].includes(plain.namespace!), "namespace");
}

/** The same of how the cluster is reached or made. */
export function assertClusterWithin({
  clusterName,
  createCluster,
  controllers,
  charts,
  cluster,
}: ClusterAccessArgs): void {
  const is = (holds: boolean, what: string) => assert.ok(holds, `${what}: ${fc.stringify(cluster).slice(0, 500)}`);
  const { version, endpoint = "public", logs = [], secretsKey } = (cluster ?? {}) as Record<string, never>;
  is(cluster === undefined || createCluster === true, "cluster");
  is(charts === undefined || controllers === "helm", "charts");
  if (createCluster) is(source.isRoleName(`${clusterName}-cluster-instanceRole-role-0123456`), "clusterName");
  if (version !== undefined) is(source.isKubernetesVersion(version), "version");
  is(["public", "private", "publicAndPrivate"].includes(endpoint), "endpoint");
  is(source.areLogTypes(logs), "logs");
  if (secretsKey !== undefined) is(source.isKeyArn(secretsKey), "secretsKey");
}

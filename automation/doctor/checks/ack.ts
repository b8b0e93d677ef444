import { groupOf } from "../../../packages/kro/index.ts";
import type { ClusterClient, LiveObject } from "../../../packages/live/index.ts";
import { type Answer, NotChecked, ok, unknown, warn, worst, wrong } from "../finding.ts";
import type { Ground } from "../ground.ts";
import type { Probe } from "../probe.ts";
import { capabilityOf, serviceAccountOf } from "./kroIdentity.ts";
import { namesOf } from "./names.ts";
import { hasPods, runningOf } from "./running.ts";

/** What the groups of ACK's kinds end with; before it is the AWS service. */
const ACK = /^(\w+)\.services\.k8s\.aws$/;
const installOf = (service: string): string =>
  `install ACK: \`controllers\` brings it for DynamoDB (docs/clusters.md), or its EKS capability or the Helm chart of its ${service} controller by hand`;

/** Whether the API server knows the kinds of ACK that the RGD makes: with a missing one, kro accepts no RGD. */
export const ackKinds: Probe = {
  id: "ack-kinds",
  topic: "ACK",
  wanted: "the API server serves every kind of ACK's that the RGD makes",
  async look(ground) {
    const cluster = await ground.cluster();
    const kinds = (await ground.graph()).nodes.filter(({ apiVersion }) => ACK.test(groupOf(apiVersion)));
    const served = await Promise.all(kinds.map((kind) => cluster.pluralOf(kind)));
    const text = (all: typeof kinds) => all.map(({ kind, apiVersion }) => `${kind} (${apiVersion})`).join(", ");
    const missing = kinds.filter((_, i) => served[i] === undefined);
    if (missing.length === 0) return ok(text(kinds));
    const [service = "dynamodb"] = missing.map(({ apiVersion }) => ACK.exec(groupOf(apiVersion))![1]!);
    return wrong(`not served: ${text(missing)}`, installOf(service));
  },
};

/** Whether ACK's controllers run: in the cluster, or as an EKS capability. */
export const ackRunning: Probe = {
  id: "ack-running",
  topic: "ACK",
  wanted: "Deployments that are available, or an ACTIVE capability",
  async look(ground) {
    const cluster = await ground.cluster();
    const services = new Set(
      (await ground.graph()).nodes.flatMap(({ apiVersion }) => ACK.exec(groupOf(apiVersion))?.[1] ?? []),
    );
    const answers = await Promise.all(
      [...services].map(async (service) => {
        const deployments = await controllersOf(service, cluster);
        const name = `ACK's ${service} controller`;
        return runningOf(deployments, () => capabilityOf(ground, "ACK"), name, installOf(service));
      }),
    );
    return allOf(answers);
  },
};

/** The worst of several answers, with what each of them found. */
function allOf(answers: readonly Answer[]): Answer {
  const leading = answers.find(({ verdict }) => verdict === worst(answers)) ?? ok("the RGD makes none of its kinds");
  const found = [...new Set(answers.map((one) => one.found))].join("\n");
  return { ...leading, found: found || leading.found };
}

/** By the label of the official charts, or of manifests. */
async function controllersOf(service: string, cluster: ClusterClient): Promise<readonly LiveObject[]> {
  const labelled = (name: string) =>
    cluster.list({ apiVersion: "apps/v1", kind: "Deployment" }, { "app.kubernetes.io/name": name });
  return (await Promise.all([`${service}-chart`, `ack-${service}-controller`].map(labelled))).flat();
}

const IRSA = "eks.amazonaws.com/role-arn";

/** ARN of the role that ACK's controller for tables acts as, and how that is known. */
async function roleOf(ground: Ground): Promise<{ readonly arn: string; readonly by: string }> {
  const cluster = await ground.cluster();
  const deployment = (await controllersOf("dynamodb", cluster)).find(hasPods);
  if (!deployment) {
    const capability = await capabilityOf(ground, "ACK");
    if (capability?.roleArn) return { arn: capability.roleArn, by: `the EKS capability ${capability.capabilityName}` };
    throw new NotChecked(
      "ACK's controller has neither a Deployment nor an EKS capability: as whom it acts is not seen from here",
      "see the finding ack-running",
    );
  }
  const { namespace, name } = serviceAccountOf(deployment);
  const account = await cluster.get({ apiVersion: "v1", kind: "ServiceAccount", namespace, name });
  const annotated = account?.metadata.annotations?.[IRSA];
  if (annotated) return { arn: annotated, by: `annotation of ServiceAccount ${namespace}/${name}` };
  const association = await ground.aws.association(ground.eksName(), namespace, name);
  if (association?.roleArn)
    return { arn: association.roleArn, by: `Pod Identity of ServiceAccount ${namespace}/${name}` };
  throw new NotChecked(
    `ServiceAccount ${namespace}/${name}, which ACK's controller has, is given no role: it acts as its node, or by keys of its own`,
    `\`aws eks create-pod-identity-association --cluster-name ${ground.eksName()} --namespace ${namespace} --service-account ${name} --role-arn ...\``,
  );
}

/** Whether the role is there that ACK acts as. */
export const ackRole: Probe = {
  id: "ack-role",
  topic: "ACK",
  wanted: "a role that it acts as",
  async look(ground) {
    const { arn, by } = await roleOf(ground);
    const found = `${arn}\nby ${by}`;
    if (arn.split(":")[4] !== (await ground.platform.caller())?.account) {
      return unknown(`${found}\nof another account, which is not asked`, "look at it with that account's credentials");
    }
    const role = await ground.aws.role(arn.split("/").at(-1)!);
    return role ? ok(found) : wrong(`${found}\nthere is no such role`, "make it, or give the controller another one");
  },
};

/** What ACK does only where a key of the config asks for it. */
const ASKED_BY: Readonly<Record<string, Parameters<Ground["setting"]>[0]>> = {
  "dynamodb:UpdateContinuousBackups": "tableProtection",
  "dynamodb:UpdateTimeToLive": "tableTtlAttribute",
};

/** Whether that role may do with the table what ACK does, as far as IAM's own simulation tells. */
export const ackPermissions: Probe = {
  id: "ack-permissions",
  topic: "ACK",
  wanted: "its role may make and keep the table",
  async look(ground) {
    const { arn } = await roleOf(ground);
    const { TABLE_ACTIONS } = await import("../../../components/index.ts");
    const [region, caller, { tableName }] = await Promise.all([
      ground.platform.region(),
      ground.platform.caller(),
      namesOf(ground),
    ]);
    const table = `arn:${arn.split(":")[1]}:dynamodb:${region}:${caller?.account}:table/${tableName}`;
    const missing = await ground.platform.notAllowed(arn, TABLE_ACTIONS, table);
    if (missing.length === 0) return ok(`all ${TABLE_ACTIONS.length} actions on ${table}`);
    const found = `${arn} may not, on ${table}:\n${missing.join(", ")}`;
    const remedy = "give the role a policy that allows them: docs/behaviour.md has the list";
    const isIdle = (action: string): boolean =>
      action in ASKED_BY && ["none", undefined].includes(ground.setting(ASKED_BY[action]!) as string);
    if (!missing.every(isIdle)) return wrong(found, remedy);
    const keys = missing.map((action) => ASKED_BY[action]).join(" and ");
    return warn(`${found}\nwhich ${keys} would ask for, and the config doesn't set`, remedy);
  },
};

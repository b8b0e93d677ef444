import { namespacedName } from "../../../packages/kro/index.ts";
import { ACK_KINDS } from "../../../packages/live/index.ts";
import { tableOwners } from "../../stack/index.ts";
import { type Answer, ok, unknown, warn, wrong } from "../finding.ts";
import { type Ground, isTrue } from "../ground.ts";
import type { Probe } from "../probe.ts";

/** The names that one CartsStack has. */
export interface Names {
  readonly instance: { readonly name: string; readonly namespace: string };
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly tableName: string;
  /** Of the role; `isGiven` where it is one that is there already. */
  readonly role: { readonly name: string; readonly isGiven: boolean };
}

/** The names that the stack's config gives, else those that its state has, else the lab's. */
export async function namesOf({ setting, eksName, stack }: Ground): Promise<Names> {
  const { resolveArgs, roleNameFor } = await import("../../../components/index.ts");
  const clusterName = eksName();
  const [owner] = setting("clusterName") === undefined && stack?.managed ? tableOwners(stack.managed) : [];
  const spec = (owner?.resource.revealed.spec ?? {}) as Readonly<Record<string, string>>;
  const given = (key: Parameters<typeof setting>[0], had: string | undefined) => {
    const value = setting(key) ?? had;
    return value === undefined ? {} : { [key]: String(value) };
  };
  const args = resolveArgs({
    clusterName,
    ...given("instanceName", owner?.name),
    ...given("instanceNamespace", owner?.namespace),
    ...given("namespace", spec.namespace),
    ...given("serviceAccount", spec.serviceAccount),
    ...given("tableName", spec.tableName),
    ...given("roleName", undefined),
  }) as unknown as Readonly<
    Record<"instanceName" | "instanceNamespace" | "namespace" | "serviceAccount" | "tableName", string>
  > & {
    readonly roleName?: string;
  };
  return {
    instance: { name: args.instanceName, namespace: args.instanceNamespace },
    namespace: args.namespace,
    serviceAccount: args.serviceAccount,
    tableName: args.tableName,
    role: { name: args.roleName ?? roleNameFor(clusterName, args.instanceName), isGiven: args.roleName !== undefined },
  };
}

const FREE = ok("free");
const OWN = "this stack's own";
const PREFIX = { topic: "names" } as const;

/** Whether a resource of the stack's state is one that is there. */
const owns = (
  { stack }: Ground,
  type: string,
  is: (inputs: Readonly<Record<string, unknown>>, id: string) => boolean,
): boolean => stack?.managed?.resources.some((one) => one.type === type && is(one.revealed, one.id)) ?? false;

/**
 * Whether the instance has an object of ACK's of a field's value: then what AWS has of that name is its own.
 *
 * @param kind - such as ACK's Role.
 */
async function makesByAck(
  ground: Ground,
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  field: string,
  value: string,
): Promise<boolean> {
  const { isPartOf } = await import("../../../components/index.ts");
  const { namespace, instance } = await namesOf(ground);
  const cluster = await ground.cluster();
  const objects = await cluster.list({ apiVersion, kind, namespace });
  return objects.some((live) => live.spec?.[field] === value && isPartOf(live, [instance]));
}

const ITS_OWN = "the instance's own, which ACK makes";

const instance: Probe = {
  ...PREFIX,
  id: "name-instance",
  wanted: "no other instance of the name",
  async look(ground) {
    const { API_VERSION, KIND, OWNER } = await import("../../../components/index.ts");
    const { name, namespace } = (await namesOf(ground)).instance;
    const title = `${KIND} ${namespace}/${name}`;
    const live = await (await ground.cluster()).get({ apiVersion: API_VERSION, kind: KIND, namespace, name });
    if (!live) return { ...FREE, found: `${title}: free` };
    const own = owns(
      ground,
      `kubernetes:${API_VERSION}:${KIND}`,
      (_, id) => id === namespacedName({ name, namespace }),
    );
    if (own) return ok(`${title}: ${OWN}`);
    const owner = live.metadata.annotations?.[OWNER];
    return taken(
      ground,
      `${title} exists, ${owner === undefined ? "and nothing says whose it is" : `of the stack ${owner}`}`,
      "instanceName",
    );
  },
};

const namespaceOf: Probe = {
  ...PREFIX,
  id: "name-namespace",
  wanted: "no other namespace of the name",
  async look(ground) {
    const { isPartOf, madeBy } = await import("../../../components/index.ts");
    const { namespace: name, instance } = await namesOf(ground);
    const live = await (await ground.cluster()).get({ apiVersion: "v1", kind: "Namespace", name });
    if (!live) return ok(`Namespace ${name}: free`);
    if (isPartOf(live, [instance])) return ok(`Namespace ${name}: the instance's own`);
    return taken(
      ground,
      `Namespace ${name} exists, ${madeBy(live)}: it would be taken over, and deleted with the instance`,
      "namespace",
    );
  },
};

const role: Probe = {
  ...PREFIX,
  id: "name-role",
  wanted: "no other IAM role of the name; one that roleName names is there",
  async look(ground) {
    const { role } = await namesOf(ground);
    const live = await ground.aws.role(role.name);
    const title = `IAM role ${role.name}`;
    if (role.isGiven)
      return live ? ok(`${title}: there, to be used`) : wrong(`there is no ${title}`, "make it, or leave roleName out");
    if (!live) return ok(`${title}: free`);
    if (owns(ground, "aws:iam/role:Role", (_, id) => id === role.name)) return ok(`${title}: ${OWN}`);
    if (await makesByAck(ground, ACK_KINDS.role, "name", role.name)) return ok(`${title}: ${ITS_OWN}`);
    return taken(ground, `${title} exists`, "roleName", "to use it as it is");
  },
};

const association: Probe = {
  ...PREFIX,
  id: "name-association",
  wanted: "no other association of the service account: EKS has one for each",
  async look(ground) {
    const { namespace, serviceAccount } = await namesOf(ground);
    const live = await ground.aws.association(ground.eksName(), namespace, serviceAccount);
    const title = `association of ${namespace}/${serviceAccount}`;
    if (!live) return ok(`${title}: free`);
    const type = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
    if (owns(ground, type, (_, id) => id.endsWith(String(live.associationId)))) return ok(`${title}: ${OWN}`);
    if (await makesByAck(ground, ACK_KINDS.association, "serviceAccount", serviceAccount))
      return ok(`${title}: ${ITS_OWN}`);
    return taken(ground, `${title} exists: ${live.associationId}, of ${live.roleArn}`, "serviceAccount");
  },
};

const table: Probe = {
  ...PREFIX,
  id: "name-table",
  wanted: "no other instance of the table's name; one without an instance is taken up",
  async look(ground) {
    const { isPartOf, madeBy, TABLES } = await import("../../../components/index.ts");
    const { tableName, instance } = await namesOf(ground);
    const title = `DynamoDB table ${tableName}`;
    const [tables, live] = await Promise.all([
      ground.cluster().then((cluster) => cluster.list(TABLES.kind, TABLES.labels)),
      ground.aws.table(tableName),
    ]);
    const known = tables.find(({ spec }) => spec?.tableName === tableName);
    if (known && isPartOf(known, [instance])) return ok(`${title}: the instance's own`);
    if (known) return taken(ground, `${title} is another instance's, ${madeBy(known)}`, "tableName");
    if (!live) return ok(`${title}: free`);
    const { setting } = ground;
    if (isTrue(setting("adoptTable"))) return ok(`${title}: there, and taken up`);
    return warn(
      `${title} exists, and no instance of this cluster has it: its items stay, and it is taken up unless its tags say another's`,
      "set tableName to another name where it is not this stack's",
    );
  },
};

/** What a name that is taken means: to a stack, an update that is refused; with no stack, that there is one already. */
function taken({ stack }: Ground, found: string, key: string, use = ""): Answer {
  if (stack === undefined) return warn(found, "name its stack with --stack, to hear whether it is that one's");
  if (stack.managed === undefined)
    return unknown(`${found}; whether it is this stack's, its state would tell`, "see the finding state-backend");
  return wrong(found, `set ${key} ${use || "to another name"}, or take over what is there: docs/adopt.md`);
}

export const NAMES: readonly Probe[] = [instance, namespaceOf, role, association, table];

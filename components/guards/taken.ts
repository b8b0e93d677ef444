/** Whose an object in the cluster is, and why it can't be taken. Pure: who looks is in takeoverGuard.ts. */

import type { INSTANCE_LABELS, LiveObject } from "../../packages/live/index.ts";
import type { Look } from "../cluster/lookInto.ts";
import { DEFINITION_KIND, DEFINITION_NAME } from "../definition/cartsDefinition.ts";
import { API_VERSION, KIND } from "../definition/cartsSchema.ts";
import { OWNER, ownStack } from "../owner.ts";

/** A name that may be taken. */
export interface Taken {
  readonly key: Parameters<Look["get"]>[0];
  /** Why what has it can't be taken; undefined for what is this stack's own. */
  readonly problem: (live: LiveObject) => string | undefined;
}

/** Which instance an object is a part of. */
export interface InstanceName {
  readonly name: string;
  readonly namespace: string;
}

/** What the stack's state has: URNs by uid. */
export type Own = ReadonlyMap<string, string>;

/**
 * @param own - what the stack's state has, under other URNs than the one that is to be made.
 * @param by - which component would make it.
 */
export const definitionTaken = (own: Own, by: keyof typeof WAYS): Taken => ({
  key: { apiVersion: API_VERSION, kind: DEFINITION_KIND, name: DEFINITION_NAME },
  problem: declaredByOther(
    own,
    `rgd ${DEFINITION_NAME}`,
    `its instances would depend on this stack then. ${WAYS[by]}, or have it handed over by \`pulumi state move\` ` +
      "(docs/behaviour.md)",
  ),
});

/** How one goes on without making it. */
const WAYS = {
  CartsStack: "Set createDefinition to false to use it as it is, or api where a CartsApi of the program makes it",
  CartsApi: "Leave the CartsApi out and set createDefinition of each CartsStack to false to use it as it is",
};

/** @param own - what the stack's state has, under other URNs than the one that is to be made. */
export const instanceTaken = ({ name, namespace }: InstanceName, own: Own): Taken => ({
  key: { apiVersion: API_VERSION, kind: KIND, namespace, name },
  problem: declaredByOther(
    own,
    `cartsstack ${name} -n ${namespace}`,
    "both would keep, and delete, it. Set instanceName to another name, or delete it first",
  ),
});

/** Of an object that a stack declares: the annotation says which, also after a run that was killed before it noted it. */
const declaredByOther =
  (own: Own, kubectlName: string, why: string): Taken["problem"] =>
  ({ kind, metadata }) => {
    const { name, namespace, uid, annotations } = metadata;
    const owner = annotations?.[OWNER];
    const elsewhere = uid === undefined ? undefined : own.get(uid);
    if (elsewhere !== undefined) return declaredElsewhere(kind, elsewhere);
    if (owner === ownStack()) return undefined;
    const byHand = owner === undefined ? "`carts adopt` takes over what was made by hand. " : "";
    const whose = owner === undefined ? "nothing says that it is this stack's" : `is the stack ${owner}'s`;
    return (
      `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name} exists, and ${whose}: ${why}. ${byHand}` +
      `If it is this stack's all the same, say so:\n  kubectl annotate --overwrite ${kubectlName} ${OWNER}=${ownStack()}`
    );
  };

/** To Pulumi another name is another resource: it makes it anew, and then deletes what had the name before. */
const declaredElsewhere = (kind: string, urn: string): string =>
  `the ${kind} of this stack has another name in its state: it would be made anew under the new one, and deleted under the ` +
  "old one, which is the same object. Give what is renamed `aliases` with its name of before, or rename it in the state:\n" +
  `  pulumi state rename '${urn}' <new name>`;

/** @param owners - instances that may have it. */
export const namespaceTaken = (name: string, owners: readonly InstanceName[]): Taken => ({
  key: { apiVersion: "v1", kind: "Namespace", name },
  problem: (live) =>
    isPartOf(live, owners)
      ? undefined
      : `namespace is "${name}", but a Namespace ${name} exists, ${madeBy(live)}: the instance would take it over, and be ` +
        "deleted with everything in it. Set namespace to another name, or move out what is in it and delete it first.",
});

/** @param owners - instances that may have it. */
export const serviceAccountTaken = (namespace: string, name: string, owners: readonly InstanceName[]): Taken => ({
  key: { apiVersion: "v1", kind: "ServiceAccount", namespace, name },
  problem: (live) =>
    isPartOf(live, owners)
      ? undefined
      : `serviceAccount is "${name}", but a ServiceAccount ${namespace}/${name} exists, ${madeBy(live)}: the instance would ` +
        "take it over, give its pods the role, and delete it later. Set serviceAccount to another name, or delete it first.",
});

/** @param owners - instances that may have it. */
export function tableTaken(
  tableName: string,
  owners: readonly InstanceName[],
  tables: readonly LiveObject[],
): string | undefined {
  const other = tables.find((table) => table.spec?.tableName === tableName && !isPartOf(table, owners));
  return (
    other &&
    `tableName is "${tableName}", but that is the table of another instance, ${madeBy(other)}: both would keep, and ` +
      "delete, it. Set tableName to another name, or delete that instance first."
  );
}

/** Of kro's labels: the types see to it that they are those of packages/live, which would load a Kubernetes client. */
const INSTANCE: Pick<typeof INSTANCE_LABELS, "kind" | "name" | "namespace"> = {
  kind: "kro.run/instance-kind",
  name: "kro.run/instance-name",
  namespace: "kro.run/instance-namespace",
};

/** The tables of all instances of ours. What is no instance's is ACK's to judge. */
export const TABLES = {
  kind: { apiVersion: "dynamodb.services.k8s.aws/v1alpha1", kind: "Table" },
  labels: { [INSTANCE.kind]: KIND },
};

/** Whether kro has made an object for one of the instances. */
export const isPartOf = ({ metadata: { labels = {} } }: LiveObject, owners: readonly InstanceName[]): boolean =>
  labels[INSTANCE.kind] === KIND &&
  owners.some(({ name, namespace }) => labels[INSTANCE.name] === name && labels[INSTANCE.namespace] === namespace);

/** Who has made an object, as the end of a sentence: `which kro made for CartsStack default/carts-kro`. */
export function madeBy({ metadata: { labels = {} } }: LiveObject): string {
  const { [INSTANCE.kind]: kind, [INSTANCE.name]: name, [INSTANCE.namespace]: namespace } = labels;
  return name === undefined ? "which kro did not make" : `which kro made for ${kind} ${namespace}/${name}`;
}

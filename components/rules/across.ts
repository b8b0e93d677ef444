import { ARGUMENTS } from "../argRules.ts";
import { LAB_INSTANCE, LAB_ROLE, LAB_TABLE, prefixFor, roleNameFor, tableNameFor } from "../names.ts";
import { namespaceKeysAreFree } from "./namespaceKeys.ts";
import { requestIsWithinLimit } from "./quantity.ts";
import { but, type RuleAcross } from "./ruleAcross.ts";
import { tagKeysDiffer, tagsAreFree } from "./tags.ts";
import { variablesAreFree, variablesFit, variablesHaveOneSource } from "./variables.ts";

const roleNameFits: RuleAcross = {
  of: ["clusterName", "instanceName"],
  problems: ({ clusterName, instanceName, roleName }) => {
    const made = roleNameFor(clusterName, instanceName);
    const most = ARGUMENTS.roleName.maxLength;
    if (roleName !== undefined || made.length <= most) return [];
    const rule = `the IAM role ${made} would be longer than ${most} characters: set roleName to a role that exists`;
    return [but("clusterName", clusterName, rule)];
  },
};

const nameIsNotTheLabs: RuleAcross = {
  of: ["clusterName", "instanceName"],
  problems: ({ clusterName, instanceName, tableName, roleName }) => {
    const taken =
      instanceName === LAB_TABLE && tableName === tableNameFor(clusterName, LAB_INSTANCE)
        ? `${tableName} is the table of ${LAB_INSTANCE}: choose another, or set tableName`
        : instanceName === LAB_ROLE && roleName === undefined
          ? `${roleNameFor(clusterName, LAB_INSTANCE)} is the role of ${LAB_INSTANCE}: choose another, or set roleName`
          : undefined;
    return taken === undefined ? [] : [but("instanceName", instanceName, taken)];
  },
};

const tableIsInReach: RuleAcross = {
  of: ["clusterName", "tableName", "roleScope"],
  problems: ({ clusterName, roleName, roleScope, tableName }) => {
    const prefix = prefixFor(clusterName);
    if (roleName !== undefined || roleScope !== "cluster" || tableName.startsWith(prefix)) return [];
    const rule = `must begin with ${prefix}, the tables that the stack's role may use: or set roleScope to table, or roleName`;
    return [but("tableName", tableName, rule)];
  },
};

/** Namespaces that belong to Kubernetes; an instance's namespace is deleted with it. */
const SYSTEM_NAMESPACES = ["default", "kube-system", "kube-public", "kube-node-lease"];

const namespaceIsItsOwn: RuleAcross = {
  of: ["namespace"],
  problems: ({ namespace, instanceNamespace }, given) => {
    if (![...SYSTEM_NAMESPACES, instanceNamespace].includes(namespace)) return [];
    const rule = "must not be a namespace of Kubernetes, nor instanceNamespace: it is deleted with the instance";
    if ((given.namespace ?? undefined) !== undefined) return [but("namespace", namespace, rule)];
    const key = (given.instanceNamespace ?? undefined) === namespace ? "instanceNamespace" : "instanceName";
    return [
      but(key, namespace, `the namespace of that name, after the instanceName, ${rule}: set namespace to another`),
    ];
  },
};

const imageHasNoTag: RuleAcross = {
  of: ["image"],
  problems: ({ image }) =>
    image.slice(image.lastIndexOf("/") + 1).includes(":")
      ? [but("image", image, "must have no tag: put the tag into imageVersion")]
      : [],
};

/** What is asked of several arguments of a CartsStack at once, each rule once its arguments are right by themselves. */
export const ACROSS: readonly RuleAcross[] = [
  roleNameFits,
  nameIsNotTheLabs,
  tableIsInReach,
  namespaceIsItsOwn,
  imageHasNoTag,
  requestIsWithinLimit,
  variablesAreFree,
  variablesFit,
  variablesHaveOneSource,
  tagKeysDiffer,
  tagsAreFree,
  namespaceKeysAreFree,
];

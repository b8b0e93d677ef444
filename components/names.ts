/** The lab's instance: what is named after it has the lab's names. */
export const LAB_INSTANCE = "carts-kro";

/** What the lab has in their names in place of the instance's, and so no other instance may be called. */
export const LAB_TABLE = "kro";
export const LAB_ROLE = "dynamo";

/** What the names of a cluster's tables and roles begin with. */
export const prefixFor = (clusterName: string): string => `${clusterName}-carts-`;

/** Name of the DynamoDB table when none is given. */
export const tableNameFor = (clusterName: string, instanceName: string): string =>
  prefixFor(clusterName) + (instanceName === LAB_INSTANCE ? LAB_TABLE : instanceName);

/** Name of the IAM role that is made when none is given. */
export const roleNameFor = (clusterName: string, instanceName: string): string =>
  prefixFor(clusterName) + (instanceName === LAB_INSTANCE ? LAB_ROLE : instanceName);

/** The lab's instance: what is named after it has the lab's names. */
export const LAB_INSTANCE = "carts-kro";

/** What the lab has in their names in place of the instance's, and so no other instance may be called. */
export const LAB_TABLE = "kro";
export const LAB_ROLE = "dynamo";

/** What the names of a cluster's tables and roles begin with. A program in JavaScript may give what is no text, and hears of it. */
export const prefixFor = (clusterName: string): string => `${String(clusterName)}-carts-`;

/** Name of the DynamoDB table when none is given. */
export const tableNameFor = (clusterName: string, instanceName: string): string =>
  prefixFor(clusterName) + (instanceName === LAB_INSTANCE ? LAB_TABLE : String(instanceName));

/** Name of the IAM role that is made when none is given. */
export const roleNameFor = (clusterName: string, instanceName: string): string =>
  prefixFor(clusterName) + (instanceName === LAB_INSTANCE ? LAB_ROLE : String(instanceName));

// Apart from the rules, so that a command can name them without what they look with.

const MEANINGS = {
  "table-replaced": "the service goes on with another table, or an empty one",
  "table-retained": "a DynamoDB table stays in the account that nothing manages",
  "table-deleted": "a DynamoDB table is deleted with its items",
  "table-goes": "a DynamoDB table is deleted with its instance from now on",
  "aws-resource-replaced": "ACK goes on with another resource in AWS, or a new one",
  "aws-resource-retained": "a resource stays in AWS that nothing manages",
  "aws-resource-deleted": "a resource is deleted in AWS",
  "aws-resource-goes": "a resource in AWS is deleted with its instance from now on",
  "table-expires": "DynamoDB deletes items of a table by a time that is in them",
  "table-unprotected": "a DynamoDB table loses its deletion protection or its point-in-time recovery",
  "table-reencrypted": "a DynamoDB table is encrypted with another key",
  "namespace-replaced": "a namespace is deleted with everything in it",
  "immutable-field": "Kubernetes refuses the change; the update fails",
  "role-replaced": "pods lose their credentials until they are restarted",
  "association-replaced": "pods lose their credentials until they are restarted",
  "definition-refused": "kro, or the API server, refuses the changed RGD; the update fails",
  "instance-refused": "the API server refuses the next update of an instance that does not fit its changed RGD",
  "definition-deleted": "instances that remain can't be deleted any more",
  "never-ready": "kro can't make the child from this instance; the update would time out",
  rollout: "pods are replaced",
} as const;

/** As `--allow` takes it. */
export type DangerName = keyof typeof MEANINGS;

/** What each danger means, by the name that `--allow` takes: the worst first. */
export const DANGERS: Readonly<Record<string, string>> = MEANINGS;

/** The name and the meaning of what a rule looks for; several may look for one, each at kinds of its own. */
export const named = (name: DangerName): { readonly name: DangerName; readonly meaning: string } => ({
  name,
  meaning: MEANINGS[name],
});

const api = "admissionregistration.k8s.io/v1";
const name = "required-namespace-labels";

// Those that a cluster has anyway, and the retail store's, which is the sandbox's own.
const excepted = ["default", "kube-system", "kube-public", "kube-node-lease", "ui"];

/**
 * An admission policy as platform teams have it: no namespace without these labels, whoever makes or changes it. Without
 * labels it refuses nothing.
 */
export function requiredLabels(labels: readonly string[]): object[] {
  return [
    {
      apiVersion: api,
      kind: "ValidatingAdmissionPolicy",
      metadata: { name },
      spec: {
        failurePolicy: "Fail",
        matchConstraints: {
          resourceRules: [
            { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["namespaces"] },
          ],
        },
        matchConditions: [
          { name: "not-excepted", expression: `!(object.metadata.name in ${JSON.stringify(excepted)})` },
          // What is being deleted can't be asked for labels.
          { name: "not-going", expression: "!has(object.metadata.deletionTimestamp)" },
        ],
        variables: [
          {
            name: "missing",
            expression: `${JSON.stringify(labels)}.filter(label, !has(object.metadata.labels) || !(label in object.metadata.labels))`,
          },
        ],
        validations: [
          {
            expression: "variables.missing.size() == 0",
            messageExpression: `"namespace " + object.metadata.name + " lacks the labels: " + variables.missing.join(", ")`,
            reason: "Invalid",
          },
        ],
      },
    },
    {
      apiVersion: api,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name },
      spec: { policyName: name, validationActions: ["Deny"] },
    },
  ];
}

import type { Awkwardness } from "./awkward.ts";
import { serviceAccountKey } from "./credentials.ts";
import { paths } from "./paths.ts";

// ACK calls AWS with a name of its own, so that a rule can be about it and not about the user.
const parts = {
  "ack-dynamodb-controller": "ASIASANDBOXACKDYNAMO",
  "ack-eks-controller": "ASIASANDBOXACKEKSPIA",
  "ack-iam-controller": "ASIASANDBOXACKIAMROLE",
};

/** What the AWS endpoint is told of how AWS is to behave, as its environment; see aws/endpoint.py. */
export function awsSettings(awkward: Awkwardness): Record<string, string> {
  return {
    EKS_SERVICE_ACCOUNT_JWK: serviceAccountKey(),
    EKS_ASSOCIATION_LAG_SECONDS: String(awkward.associationLagSeconds),
    EKS_ROLE_PROPAGATION_SECONDS: String(awkward.roleLagSeconds),
    EKS_ASSOCIATION_DELETE_SECONDS: String(awkward.associationDeleteSeconds),
    EKS_TRANSITION_SECONDS: String(awkward.clusterSeconds),
    DYNAMODB_TRANSITION_SECONDS: String(awkward.tableSeconds),
    AUTH: String(awkward.iam),
    AWS_PARTS: Object.entries(parts)
      .map(([part, key]) => `${key}=${part}`)
      .join(),
    AWS_RULES_FILE: paths.awsRules,
  };
}

/** The credentials of a part that calls AWS; the endpoint lets it do everything. */
export function awsCredentials(part: keyof typeof parts): Record<string, string> {
  return { AWS_ACCESS_KEY_ID: parts[part], AWS_SECRET_ACCESS_KEY: "test", AWS_SESSION_TOKEN: "test" };
}

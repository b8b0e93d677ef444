import { isProperties, type Properties } from "../plugin/values.ts";
import { AwsError, isNotFound } from "./awsError.ts";
import { type AwsContext, type AwsResource, type LiveResource, optionalText, text } from "./awsResource.ts";
import { retryWhile } from "./retry.ts";
import { arnProblem } from "./role.ts";
import { StandInError } from "./standInError.ts";

/**
 * An access policy of an EKS access entry, for the whole cluster; its id is `<cluster>#<principal>#<policy>`.
 * See https://www.pulumi.com/registry/packages/aws/api-docs/eks/accesspolicyassociation/
 */
export const accessPolicyAssociation: AwsResource = {
  type: "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
  inputs: {
    accessScope: {
      type: "object",
      required: true,
      forceNew: true,
      fields: {
        namespaces: { type: "texts" },
        type: {
          type: "string",
          required: true,
          problem: (value) =>
            value === "cluster" ? undefined : new StandInError(`${value} is not implemented`).message,
        },
      },
    },
    clusterName: { type: "string", required: true, forceNew: true },
    policyArn: { type: "string", required: true, forceNew: true, problem: arnProblem },
    principalArn: { type: "string", required: true, forceNew: true, problem: arnProblem },
    region: { type: "string", forceNew: true, computed: true },
  },
  refusedInputs: [],
  computed: ["associatedAt", "modifiedAt"],

  async create(planned, context) {
    const eks = await context.clients.eks(optionalText(planned, "region"));
    const key = {
      clusterName: text(planned, "clusterName"),
      policyArn: text(planned, "policyArn"),
      principalArn: text(planned, "principalArn"),
    };
    const id = [key.clusterName, key.principalArn, key.policyArn].join("#");
    const scope = isProperties(planned.accessScope) ? planned.accessScope : {};
    try {
      // The entry, which EKS may just have made itself, is not there at once.
      const missing = (error: unknown) => error instanceof AwsError && error.code === "ResourceNotFoundException";
      const { signal, propagationMilliseconds: timeoutMilliseconds } = context;
      const ask = () => eks.associateAccessPolicy({ ...key, accessScope: { type: text(scope, "type") as "cluster" } });
      await retryWhile(ask, missing, { signal, timeoutMilliseconds });
    } catch (error) {
      throw new Error(`creating EKS Access Policy Association (${id}): ${(error as Error).message}`, { cause: error });
    }
    return { id };
  },

  read,

  async update() {
    throw new StandInError("changing an access policy association is not implemented");
  },

  async delete(id, known, context) {
    const eks = await context.clients.eks(optionalText(known, "region"));
    try {
      await eks.disassociateAccessPolicy(keyOf(id));
    } catch (error) {
      if (isNotFound(error)) return;
      throw new Error(`deleting EKS Access Policy Association (${id}): ${(error as Error).message}`, { cause: error });
    }
  },
};

async function read(id: string, known: Properties, context: AwsContext): Promise<LiveResource | undefined> {
  const eks = await context.clients.eks(optionalText(known, "region"));
  const { policyArn, ...entry } = keyOf(id);
  try {
    const { associatedAccessPolicies = [] } = await eks.listAssociatedAccessPolicies(entry);
    const live = associatedAccessPolicies.find((one) => one.policyArn === policyArn);
    if (!live) return undefined;
    const rfc3339 = (date: Date | undefined) => date?.toISOString().replace(/\.\d+Z$/, "Z");
    const outputs = {
      ...entry,
      accessScope: { type: live.accessScope?.type, namespaces: live.accessScope?.namespaces ?? [] },
      associatedAt: rfc3339(live.associatedAt),
      modifiedAt: rfc3339(live.modifiedAt),
      policyArn,
      region: known.region ?? context.config.region,
    };
    return { id, outputs };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw new Error(`reading EKS Access Policy Association (${id}): ${(error as Error).message}`, { cause: error });
  }
}

function keyOf(id: string): { clusterName: string; policyArn: string; principalArn: string } {
  const [clusterName, principalArn, policyArn] = id.split("#");
  if (!clusterName || !principalArn || !policyArn) {
    throw new Error(`unexpected format of ID (${id}), use: cluster-name#principal-arn#policy-arn`);
  }
  return { clusterName, principalArn, policyArn };
}

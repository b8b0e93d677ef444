import { ApiException, CustomObjectsApi, type KubeConfig } from "@kubernetes/client-node";
import type { AckObject } from "../runtime/kind.ts";

const ROLES = { group: "iam.services.k8s.aws", version: "v1alpha1", plural: "roles" } as const;

/** Reads the roles that ACK's iam-controller keeps, from the API server. */
export class RoleReferences {
  readonly #objects: CustomObjectsApi;

  constructor(config: KubeConfig) {
    this.#objects = config.makeApiClient(CustomObjectsApi);
  }

  /**
   * ARN of a Role object's role.
   * @throws Error in ACK's words, when there is none yet
   */
  async arn(namespace: string, name: string): Promise<string> {
    const { status } = await this.#get(namespace, name);
    const has = (type: string) =>
      status?.conditions?.some((condition) => condition.type === type && condition.status === "True");
    const which = `resource:Role, namespace:${namespace}, name:${name}`;
    if (has("ACK.Terminal")) {
      throw new Error(`the referenced resource has 'ACK.Terminal' condition 'True'. Cannot be referenced. ${which}`);
    }
    if (!has("ACK.ResourceSynced")) throw new Error(`the referenced resource is not synced yet. ${which}`);
    const arn = status?.ackResourceMetadata?.arn;
    if (arn) return arn;
    throw new Error(
      `the referenced resource is missing the target field. ${which}, targetField:Status.ACKResourceMetadata.ARN`,
    );
  }

  async #get(namespace: string, name: string): Promise<Partial<AckObject>> {
    try {
      return await this.#objects.getNamespacedCustomObject({ ...ROLES, namespace, name });
    } catch (error) {
      if (!(error instanceof ApiException) || error.code !== 404) throw error;
      // Without the kind, the API server's answer is not an object.
      const isObject = String(error.body).startsWith("{");
      throw new Error(
        isObject
          ? `roles.${ROLES.group} "${name}" not found`
          : `no matches for kind "Role" in version "${ROLES.group}/${ROLES.version}"`,
      );
    }
  }
}

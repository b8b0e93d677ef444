import {
  type PodIdentityAssociation as AwsAssociation,
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  type EKSClient,
  ListPodIdentityAssociationsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdatePodIdentityAssociationCommand,
} from "@aws-sdk/client-eks";
import { adoptionField, adoptionPolicy, isAdopted } from "../runtime/annotations.ts";
import { isAwsError } from "../runtime/awsErrors.ts";
import { failed } from "../runtime/conditions.ts";
import type { Kind, Place, Resolved } from "../runtime/kind.ts";
import { NotFound, type Outcome } from "../runtime/outcome.ts";
import { controllerTags, isSystemTag } from "../runtime/tags.ts";
import type { Association, AssociationSpec } from "./association.ts";
import type { RoleReferences } from "./roleReference.ts";

const FIELDS = ["clusterName", "namespace", "serviceAccount", "roleARN", "disableSessionTags"] as const;

/** What ACK's eks-controller does with EKS for one PodIdentityAssociation object. */
export class PodIdentityAssociations implements Kind<Association> {
  readonly resource = { group: "eks.services.k8s.aws", version: "v1alpha1", plural: "podidentityassociations" };
  readonly finalizer = "finalizers.eks.services.k8s.aws/PodIdentityAssociation";
  readonly service = "eks";
  readonly #aws: EKSClient;
  readonly #roles: RoleReferences;
  readonly #place: Place;

  constructor(aws: EKSClient, roles: RoleReferences, place: Place) {
    this.#aws = aws;
    this.#roles = roles;
    this.#place = place;
  }

  populate(object: Association, fields: Readonly<Record<string, unknown>>): Association {
    const clusterName = adoptionField(fields, "clusterName");
    const associationID = adoptionField(fields, "associationID");
    return { ...object, spec: { ...object.spec, clusterName }, status: { ...object.status, associationID } };
  }

  async resolve(object: Association): Promise<Resolved<Association>> {
    const { clusterName, roleARN, roleRef } = object.spec;
    const resolved = structuredClone(object);
    const hasReferences = roleRef?.from !== undefined;
    try {
      if (roleRef?.from) {
        if (!roleRef.from.name) throw new Error("provided resource reference is nil or empty: RoleRef");
        resolved.spec.roleARN = await this.#roles.arn(object.metadata.namespace, roleRef.from.name);
      }
      const both = "both resource reference wrapper and ID cannot be used together";
      const none = "resource reference wrapper or ID required";
      if (clusterName === undefined) throw new Error(`${none}: ClusterName,ClusterRef`);
      if (roleRef && roleARN !== undefined) throw new Error(`${both}: RoleARN,RoleRef`);
      if (!roleRef && roleARN === undefined) throw new Error(`${none}: RoleARN,RoleRef`);
      return { object: resolved, hasReferences };
    } catch (error) {
      return { object: resolved, hasReferences, error: error as Error };
    }
  }

  withControllerTags(object: Association): Association {
    const tags = { ...controllerTags(object, this.service), ...object.spec.tags };
    return { ...object, spec: { ...object.spec, tags } };
  }

  declared(object: Association): Association {
    const copy = structuredClone(object);
    if (copy.spec.roleRef) delete copy.spec.roleARN;
    const own = Object.entries(copy.spec.tags ?? {}).filter(([key]) => !isSystemTag(key));
    if (own.length > 0) copy.spec.tags = Object.fromEntries(own);
    else delete copy.spec.tags;
    return copy;
  }

  delta({ spec: wanted }: Association, { spec: found }: Association): string[] {
    const { set, removed } = tagsDelta(wanted.tags, found.tags);
    const tags = removed.length > 0 || Object.keys(set).length > 0 ? ["tags"] : [];
    return [...FIELDS.filter((field) => wanted[field] !== found[field]), ...tags];
  }

  /** EKS has no state of an association: what it has answered is so. */
  isSynced(): boolean {
    return true;
  }

  async read(object: Association): Promise<Outcome<Association>> {
    try {
      const associationId = object.status.associationID ?? (await this.#idToAdopt(object));
      const { clusterName } = object.spec;
      if (associationId === undefined || clusterName === undefined) return { error: new NotFound() };
      const { association } = await this.#aws.send(
        new DescribePodIdentityAssociationCommand({ clusterName, associationId }),
      );
      return { latest: this.#observed(object, association ?? {}) };
    } catch (error) {
      if (isAwsError(error) && error.name === "ResourceNotFoundException") return { error: new NotFound() };
      return failed(object, error as Error);
    }
  }

  /** Before it is adopted, an object whose annotation names no id is looked for by its service account. */
  async #idToAdopt(object: Association): Promise<string | undefined> {
    const { clusterName, namespace, serviceAccount } = object.spec;
    if (adoptionPolicy(object) === undefined || isAdopted(object) || clusterName === undefined) return undefined;
    const { associations = [] } = await this.#aws.send(
      new ListPodIdentityAssociationsCommand({ clusterName, namespace, serviceAccount }),
    );
    return associations.length === 1 ? associations[0]?.associationId : undefined;
  }

  async create(object: Association): Promise<Outcome<Association>> {
    try {
      const { clusterName, namespace, serviceAccount, roleARN: roleArn, disableSessionTags, tags } = object.spec;
      const asked = { clusterName, namespace, serviceAccount, roleArn, disableSessionTags, tags };
      const { association } = await this.#aws.send(new CreatePodIdentityAssociationCommand(asked));
      return { latest: this.#observed(object, association ?? {}) };
    } catch (error) {
      return failed(object, error as Error);
    }
  }

  async update(wanted: Association, found: Association, delta: readonly string[]): Promise<Outcome<Association>> {
    try {
      if (delta.includes("tags")) await this.#syncTags(wanted, found);
      if (delta.every((field) => field === "tags")) return { latest: structuredClone(wanted) };
      const { clusterName, roleARN: roleArn, disableSessionTags } = wanted.spec;
      const { associationID: associationId } = wanted.status;
      // What ACK asks for where the object names no target role.
      const asked = { clusterName, associationId, roleArn, disableSessionTags, targetRoleArn: "" };
      const { association } = await this.#aws.send(new UpdatePodIdentityAssociationCommand(asked));
      return { latest: this.#observed(wanted, association ?? {}) };
    } catch (error) {
      return failed(found, error as Error);
    }
  }

  async delete({ spec, status, ...rest }: Association): Promise<Outcome<Association>> {
    try {
      const asked = { clusterName: spec.clusterName, associationId: status.associationID };
      await this.#aws.send(new DeletePodIdentityAssociationCommand(asked));
      return {};
    } catch (error) {
      return failed({ ...rest, spec, status }, error as Error);
    }
  }

  async #syncTags(wanted: Association, found: Association): Promise<void> {
    const resourceArn = found.status.associationARN;
    const { set, removed } = tagsDelta(wanted.spec.tags, found.spec.tags);
    if (Object.keys(set).length > 0) await this.#aws.send(new TagResourceCommand({ resourceArn, tags: set }));
    if (removed.length > 0) await this.#aws.send(new UntagResourceCommand({ resourceArn, tagKeys: removed }));
  }

  #observed(object: Association, found: AwsAssociation): Association {
    const { conditions, ackResourceMetadata: known } = object.status;
    const spec: AssociationSpec = {
      ...object.spec,
      clusterName: found.clusterName,
      namespace: found.namespace ?? "",
      serviceAccount: found.serviceAccount ?? "",
      roleARN: found.roleArn,
      disableSessionTags: found.disableSessionTags,
      tags: found.tags,
    };
    const status: Association["status"] = {
      conditions,
      ackResourceMetadata: {
        arn: found.associationArn,
        ownerAccountID: known?.ownerAccountID ?? this.#place.accountId,
        partition: known?.partition ?? "aws",
        region: known?.region ?? this.#place.region,
      },
      associationARN: found.associationArn,
      associationID: found.associationId,
      createdAt: found.createdAt?.toISOString(),
      modifiedAt: found.modifiedAt?.toISOString(),
      externalID: found.externalId,
      ownerARN: found.ownerArn,
    };
    return { ...structuredClone(object), spec, status };
  }
}

/** Tags to set and keys to take away, so that `found` becomes `wanted`. AWS's own stay. */
function tagsDelta(wanted: Record<string, string> = {}, found: Record<string, string> = {}) {
  const set = Object.entries(wanted).filter(([key, value]) => found[key] !== value);
  const removed = Object.keys(found).filter((key) => !(key in wanted) && !key.startsWith("aws:"));
  return { set: Object.fromEntries(set), removed };
}

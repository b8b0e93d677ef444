import type { AckObject } from "../runtime/kind.ts";

/** The association as it should be; the same fields as in its CRD. */
export interface AssociationSpec {
  clusterName?: string;
  namespace: string;
  serviceAccount: string;
  /** Either this or `roleRef`; while a reconcile lasts, what that refers to. */
  roleARN?: string;
  roleRef?: { from?: { name?: string } };
  disableSessionTags?: boolean;
  tags?: Record<string, string>;
}

/** A PodIdentityAssociation object as the API server holds it. */
export interface Association extends AckObject {
  spec: AssociationSpec;
  status: AckObject["status"] & {
    associationARN?: string;
    associationID?: string;
    createdAt?: string;
    modifiedAt?: string;
    externalID?: string;
    ownerARN?: string;
  };
}

import type { V1ObjectMeta } from "@kubernetes/client-node";
import type { Outcome } from "./outcome.ts";

/** A condition of ACK's, such as `ACK.ResourceSynced`. */
export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

/** Where the thing in AWS is. */
export interface ResourceMetadata {
  arn?: string;
  ownerAccountID?: string;
  partition?: string;
  region?: string;
}

/** An object that an ACK controller reconciles, as the API server holds it. */
export interface AckObject {
  apiVersion: string;
  kind: string;
  metadata: V1ObjectMeta & { name: string; namespace: string };
  spec: object;
  status: { ackResourceMetadata?: ResourceMetadata; conditions?: Condition[] };
}

/** The account that a controller works in. */
export interface Place {
  accountId: string;
  region: string;
}

/** An object whose references are replaced by what they refer to. */
export interface Resolved<T> {
  object: T;
  hasReferences: boolean;
  /** Why one of them could not be. */
  error?: Error;
}

/** What ACK's runtime asks of each kind; the order in which it asks is in reconciler.ts. */
export interface Kind<T extends AckObject> {
  /** Where the API server has the objects. */
  readonly resource: { readonly group: string; readonly version: string; readonly plural: string };
  /** While an object carries it, ACK manages what is in AWS. */
  readonly finalizer: string;
  /** AWS's name of the service, which namespace annotations begin with. */
  readonly service: string;

  /**
   * The object with what the adoption fields say of the thing in AWS that is to be adopted.
   * @throws TerminalError for a field that is missing
   */
  populate(object: T, fields: Readonly<Record<string, unknown>>): T;
  resolve(object: T): Promise<Resolved<T>>;
  /** The object with the tags that ACK adds to everything; the user's own tag of that key wins. */
  withControllerTags(object: T): T;
  /** The object as its author may have written it: without resolved references, and tags that don't belong into a spec. */
  declared(object: T): T;
  /** The object as AWS has it; error NotFound where AWS has none. */
  read(object: T): Promise<Outcome<T>>;
  create(object: T): Promise<Outcome<T>>;
  /** Names of the spec's fields in which the object and AWS differ. */
  delta(wanted: T, found: T): string[];
  update(wanted: T, found: T, delta: readonly string[]): Promise<Outcome<T>>;
  delete(found: T): Promise<Outcome<T>>;
  /** Whether AWS is done with it. */
  isSynced(object: T): boolean;
}

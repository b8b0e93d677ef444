import { stripVTControlCharacters } from "node:util";
import { printable } from "../../../packages/console/index.ts";
import type { EventObject, LiveObject } from "../../../packages/live/index.ts";
import type { FollowedInstance } from "../live/progress.ts";

/** Words for a pipeline to go by: docs/pipelines.md lists them. */
export const CAUSES = [
  "image-pull",
  "crash",
  "out-of-memory",
  "container-config",
  "unschedulable",
  "not-ready",
  "quota",
  "service-account-missing",
  "pods-refused",
  "namespace-terminating",
  "deleting",
  "held-by-finalizer",
  "deletion-protected",
  "ack-access-denied",
  "ack-conflict",
  "ack-refused",
  "ack-absent",
  "aws-limit",
  "aws-unreachable",
  "definition-refused",
  "kro-absent",
  "kro-forbidden",
  "admission-denied",
  "immutable-field",
  "instance-not-ready",
  "access-denied",
  "role-missing",
  "already-exists",
  "unreachable",
  "cluster-gone",
  "pulumi",
  "locked",
  "definition-in-use",
  "pending-operations",
] as const;
export type CauseName = (typeof CAUSES)[number];

/** Why an update failed. */
export interface Cause {
  readonly name: CauseName;
  /** `Deployment carts-kro/carts`, or what Pulumi calls its resource. */
  readonly object: string;
  /** One paragraph: what is wrong, in the words of whoever said so, and what to do. */
  readonly message: string;
}

/** What a cause is looked for in. */
export interface Evidence {
  readonly followed: readonly FollowedInstance[];
  readonly objects: readonly LiveObject[];
  /** Warning Events. */
  readonly warnings: readonly EventObject[];
}

/** Text as part of a paragraph: on one line, without a full stop at its end, and without what a terminal would obey. */
export const inline = (text: string): string =>
  printable(stripVTControlCharacters(text).replace(/\s+/g, " ")).trim().replace(/\.$/, "");

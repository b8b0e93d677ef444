import { stripVTControlCharacters } from "node:util";
import { printable } from "../../../packages/console/index.ts";
import type { EventObject, LiveObject } from "../../../packages/live/index.ts";
import type { FollowedInstance } from "../live/progress.ts";

/** What is known of a cause by its name alone. */
interface CauseKind {
  /**
   * Seconds for which it is seen until waiting is in vain: 0 for what stays as it is until somebody changes something.
   * Default: it may pass by itself, however long it lasts.
   */
  readonly patience?: number;
}

/** It does not pass by itself. */
export const FINAL = 0;
/** A permission that is missing may have been given just now, or be given by this very update. */
const PERMISSION = 120;
/** Whoever has put a finalizer on an object may be at work still on what it stands for. */
const FINALIZER = 120;

/** What an expression of kro's reads of other objects may be another by then. */
const EXPRESSION = 60;

/** Words for a pipeline to go by: docs/pipelines.md lists them. */
export const CAUSES = {
  "image-pull": {},
  crash: {},
  "no-credentials": {},
  "out-of-memory": {},
  "container-config": {},
  unschedulable: {},
  "not-ready": {},
  quota: {},
  "service-account-missing": {},
  "pods-refused": {},
  "namespace-terminating": {},
  deleting: {},
  "held-by-finalizer": { patience: FINALIZER },
  "deletion-protected": {},
  "ack-access-denied": { patience: PERMISSION },
  "ack-conflict": {},
  "ack-refused": {},
  "ack-absent": {},
  "aws-limit": {},
  "aws-unreachable": {},
  "definition-refused": { patience: FINAL },
  "kro-absent": {},
  "kro-forbidden": { patience: PERMISSION },
  "admission-denied": { patience: PERMISSION },
  "immutable-field": { patience: FINAL },
  "field-conflict": {},
  "invalid-object": { patience: FINAL },
  "expression-failed": { patience: EXPRESSION },
  "instance-not-ready": {},
  "access-denied": {},
  "role-missing": {},
  "already-exists": {},
  unreachable: {},
  "cluster-gone": {},
  pulumi: {},
  locked: {},
  ground: {},
  "definition-in-use": {},
  "held-by-rollout": {},
  suspended: { patience: FINAL },
  "rolled-back": {},
  "table-not-retained": {},
  "pending-operations": {},
} as const satisfies Readonly<Record<string, CauseKind>>;
export type CauseName = keyof typeof CAUSES;

/** Why an update failed. */
export interface Cause {
  readonly name: CauseName;
  /** `Deployment carts-kro/carts`, or what Pulumi calls its resource. */
  readonly object: string;
  /** One paragraph: what is wrong, in the words of whoever said so, and what to do. */
  readonly message: string;
  /** Of an error of the program, all of which Pulumi has printed: the line that tells most, in place of the message. */
  readonly headline?: string;
}

/** A cause that may tell more of how long it lasts than its name does. */
export interface LastingCause extends Cause {
  /** In place of that of its name. */
  readonly patience?: number;
}

/** Seconds for which a cause is seen until waiting is in vain. Undefined: it may pass by itself. */
export const patienceOf = ({ name, patience }: LastingCause): number | undefined =>
  patience ?? (CAUSES[name] as CauseKind).patience;

/** What a cause is looked for in. */
export interface Evidence {
  readonly followed: readonly FollowedInstance[];
  readonly objects: readonly LiveObject[];
  /** Warning Events. */
  readonly warnings: readonly EventObject[];
  /** Whether what ACK says of an object is of its present spec, though somebody has changed the object since. Default: not. */
  readonly stands?: (object: LiveObject) => boolean;
}

/** Text as part of a paragraph: on one line, without a full stop at its end, and without what a terminal would obey. */
export const inline = (text: string): string =>
  printable(stripVTControlCharacters(text).replace(/\s+/g, " ")).trim().replace(/\.$/, "");

import type { ManagedResource, ManagedStack } from "../state.ts";

/** What a pending create turned out to have made. */
export interface Found {
  /** What Pulumi imports it by. */
  readonly id: string;
  /** Unique to this very object: a uid, or an ARN. Undefined where another check stands for it. */
  readonly fingerprint: string | undefined;
  /** When it was made. Undefined where AWS does not tell. */
  readonly created: Date | undefined;
  /** In what it is not as this stack declares it: names of fields. */
  readonly differs: readonly string[];
  /** Outputs that a refresh can't find out again. */
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** Looks up the object of a pending create; undefined when it was never made. */
export type Lookup = (resource: ManagedResource, stack: ManagedStack) => Promise<Found | undefined>;

/** Whether `live` has all that `declared` has. Where a server fills in more, that is no difference. */
export function contains(live: unknown, declared: unknown): boolean {
  if (Array.isArray(declared)) {
    return (
      Array.isArray(live) && live.length === declared.length && declared.every((item, i) => contains(live[i], item))
    );
  }
  if (typeof declared === "object" && declared !== null) {
    const fields = live as Readonly<Record<string, unknown>> | null;
    return typeof live === "object" && Object.entries(declared).every(([key, item]) => contains(fields?.[key], item));
  }
  return live === declared || (declared === null && live === undefined);
}

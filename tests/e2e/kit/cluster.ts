import { auditStart, sandbox } from "./lease.ts";

/** A value of parsed JSON whose shape the test knows. */
export type Json = { [key: string]: Json } & Json[] & string;

/** What kubectl prints; throws with all of its output when it fails. */
export const kubectl = async (...args: string[]): Promise<string> => (await sandbox.succeed("kubectl", args)).stdout;

/** Applies objects as a user does. */
export async function apply(...objects: readonly object[]): Promise<void> {
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  await sandbox.succeed("kubectl", ["apply", "-f", "-"], { input });
}

/** What the API server says of objects, or undefined when there are none of that name. */
export async function get<Found = Json>(...args: string[]): Promise<Found | undefined> {
  const { code, stdout, output } = await sandbox.run("kubectl", ["get", ...args, "-o", "json"]);
  if (code === 0) return JSON.parse(stdout);
  if (/NotFound|doesn't have a resource type|not found/.test(output)) return undefined;
  throw new Error(`kubectl get ${args.join(" ")}: ${output}`);
}

/** Whether the API server has an object. */
export const isThere = async (...args: string[]): Promise<boolean> => (await get(...args)) !== undefined;

/** A request to write that the API server answered with success, from its audit log. */
export interface Write {
  readonly verb: string;
  /** Plural, such as `configmaps`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly user: string;
  /** Received and answered; microseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

interface AuditEntry {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef?: {
    readonly resource: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly subresource?: string;
  };
  readonly responseStatus?: { readonly code: number };
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
}

/**
 * What was written to the cluster, in the order in which the API server received it. Subresources are left out.
 *
 * @param from - a place in the audit log; default where this story begins.
 */
export const writes = (from = auditStart()): Write[] =>
  sandbox
    .audit<AuditEntry>(from)
    .flatMap(({ verb, user, objectRef, responseStatus, requestReceivedTimestamp, stageTimestamp }) => {
      if (!objectRef || objectRef.subresource || (responseStatus?.code ?? 0) >= 300) return [];
      const { resource, namespace = "", name = "" } = objectRef;
      const [from, to] = [requestReceivedTimestamp, stageTimestamp].map(microseconds) as [number, number];
      return [{ verb, resource, namespace, name, user: user.username, from, to }];
    })
    .sort((a, b) => a.from - b.from);

/** Date.parse knows milliseconds only. */
const microseconds = (time: string): number =>
  Date.parse(time) * 1000 + Number(/\.\d{3}(\d{3})Z$/.exec(time)?.[1] ?? 0);

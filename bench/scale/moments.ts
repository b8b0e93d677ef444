import type { AuditEntry } from "../../sandbox/testing.ts";

/** Moments in the making of an instance, in the order in which they come. */
export const MOMENTS = [
  ["begun", "Pulumi begins with the role"],
  ["bound", "the association is there"],
  ["applied", "the API server has the instance"],
  ["seen", "kro comes to it"],
  ["table", "kro has made the Table"],
  ["active", "ACK says that the table is ACTIVE"],
  ["deployed", "kro has made the Deployment"],
  ["running", "the pod is Ready"],
  ["ready", "kro says that the instance is Ready"],
  ["done", "Pulumi knows"],
] as const;

export type Moment = (typeof MOMENTS)[number][0];

/** When each moment of each instance was, in seconds since the start. */
export type Moments = ReadonlyMap<string, Partial<Record<Moment, number>>>;

/** A line of the engine's event log. */
export interface EngineEvent {
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly resourcePreEvent?: { readonly metadata: { readonly urn: string; readonly type: string } };
}

/** A resource of the state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly created?: string;
}

export interface Traced {
  /** When it began, in milliseconds since 1970. */
  readonly from: number;
  readonly events: readonly EngineEvent[];
  readonly audited: readonly AuditEntry[];
  readonly resources: readonly StateResource[];
}

const nameIn = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);
const OWN = /^bench-\d+$/;

export function momentsOf({ from, events, audited, resources }: Traced): Moments {
  const moments = new Map<string, Partial<Record<Moment, number>>>();
  const note = (name: string | undefined, moment: Moment, milliseconds: number, keep: "first" | "last" = "first") => {
    if (!name || !OWN.test(name)) return;
    const of = moments.get(name) ?? {};
    moments.set(name, of);
    const at = (milliseconds - from) / 1000;
    if (of[moment] === undefined || keep === "last") of[moment] = at;
  };
  for (const { timestamp, resourcePreEvent } of events) {
    const { urn = "", type = "" } = resourcePreEvent?.metadata ?? {};
    if (type === "aws:iam/role:Role") note(nameIn(urn).split("-role")[0], "begun", timestamp * 1000);
  }
  for (const { urn, type, created } of resources) {
    if (!created) continue;
    const [name, at] = [nameIn(urn), Date.parse(created)];
    if (type.endsWith(":PodIdentityAssociation")) note(name.split("-association")[0], "bound", at);
    if (type.startsWith("kubernetes:") && type.endsWith(":CartsStack")) note(name, "done", at);
  }
  for (const entry of audited) noteAudited(entry, note);
  return moments;
}

type Note = (name: string | undefined, moment: Moment, milliseconds: number, keep?: "first" | "last") => void;

function noteAudited(
  { verb, user, objectRef, requestReceivedTimestamp, stageTimestamp }: AuditEntry,
  note: Note,
): void {
  if (!objectRef || (verb !== "patch" && verb !== "update" && verb !== "create" && verb !== "get")) return;
  const { resource, namespace, name, subresource } = objectRef;
  const what = `${user.username} ${verb === "get" ? "get" : "write"} ${resource}${subresource ? `/${subresource}` : ""}`;
  const [asked, answered] = [Date.parse(requestReceivedTimestamp), Date.parse(stageTimestamp)];
  if (what === "admin write cartsstacks") note(name, "applied", answered);
  if (what === "kro get cartsstacks") note(name, "seen", asked);
  if (what === "kro write tables") note(namespace, "table", answered);
  if (what === "ack write tables/status") note(namespace, "active", answered, "last");
  if (what === "kro write deployments") note(namespace, "deployed", answered);
  if (what === "kwok write pods/status" || what === "kwok write pods") note(namespace, "running", answered, "last");
  if (what === "kro write cartsstacks/status") note(name, "ready", answered, "last");
}

/** How many requests a user had answered in each second since the start. */
export function perSecond({ from, audited }: Traced, user: string): number[] {
  const counts: number[] = [];
  for (const { user: own, stage, stageTimestamp } of audited) {
    if (own.username !== user || stage !== "ResponseComplete") continue;
    const second = Math.floor((Date.parse(stageTimestamp) - from) / 1000);
    if (second >= 0) counts[second] = (counts[second] ?? 0) + 1;
  }
  return Array.from(counts, (count) => count ?? 0);
}

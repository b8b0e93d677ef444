import { ComponentResource, type Input, log, output, type Resource, runtime } from "@pulumi/pulumi";
import { parseDuration } from "../packages/console/index.ts";
import { API_VERSION, DONE } from "./definition/cartsSchema.ts";
import { whenOver } from "./given.ts";
import { type ObjectIdentity, ReadObject } from "./readObject.ts";
import type { ChildOptions } from "./resources.ts";
import { type ObjectKey, tellCauses } from "./tellCauses.ts";

/** How long before the timeout the reason is looked up: enough for one request to the cluster. */
const MARGIN_SECONDS = 5;

/** When looking begins, unless a twelfth of the timeout is over sooner: most waits end before. And how often, in seconds. */
const QUIET_SECONDS = 20;
const EVERY_SECONDS = 5;

const NO_REPORT = "kro has not reported on it: is it running, and is the kind's ResourceGraphDefinition there?";

/** An object of kro's that is being waited for. */
export interface Awaited {
  readonly kind: string;
  /** `namespace/name`, or the name of an object without a namespace. */
  readonly id: Input<string>;
  /** What kro makes of it, and may say why it does not come. */
  readonly children?: Input<ObjectKey[]>;
  /** Times such as `90s`; which of them counts is not known here, so the shortest. */
  readonly timeouts: readonly string[];
}

/**
 * Says what a wait for `resource` is in vain for as soon as that is seen, where the cluster can be reached from here, and shortly
 * before it times out what it was for: Pulumi's own error says only that the time is over. Nothing is said of a wait that ends
 * well.
 *
 * @param awaited - is called in an update only: in a preview nothing is waited for.
 * @param parent - of the resource: one that is being waited for can't yet be the parent of another.
 * @param after - what the wait begins after.
 */
export function explainWait(resource: Resource, awaited: () => Awaited, { parent, dependsOn }: ChildOptions): void {
  if (runtime.isDryRun()) return;
  const { kind, timeouts, ...seen } = awaited();
  const limit = Math.min(...timeouts.map((time) => parseDuration(time)!)) / 1000;
  const after = dependsOn.then((resources) => resources.map(({ urn }) => urn));
  output({ after, id: seen.id, children: seen.children ?? [] }).apply(({ id, children }) => {
    const [name, namespace] = id.split("/").reverse();
    const object = { apiVersion: API_VERSION, kind, namespace, name: name! };
    const over = new AbortController();
    const at = (seconds: number, act: () => void) => {
      const timer = setTimeout(act, seconds * 1000).unref();
      over.signal.addEventListener("abort", () => clearTimeout(timer));
    };
    at(Math.max(limit - MARGIN_SECONDS, limit / 2), () => report(object, id, limit, parent));
    at(Math.min(QUIET_SECONDS, limit / 12), () => {
      const watched = { object, children, interval: Math.min(EVERY_SECONDS, limit / 12) * 1000, over: over.signal };
      const tell = (cause: string) => log.warn(`${kind} ${id} does not come about: ${cause}`, parent);
      if (ComponentResource.isInstance(parent)) tellCauses(parent, watched, tell).catch(() => {});
    });
    whenOver(resource.urn).then(() => over.abort());
  });
}

function report(object: ObjectIdentity, id: string, limit: number, parent: Resource): void {
  new ReadObject<Reported>(`${id.replace("/", "-")}-waiting`, object, { parent }).status.apply((status) => {
    const missing = Object.values(status?.missing ?? {}).filter((text) => text !== DONE);
    const ready = status?.conditions?.find(({ type }) => type === "Ready");
    const reasons = missing.length > 0 ? missing : [ready?.message || NO_REPORT];
    return log.warn(
      `${object.kind} ${id} is not ready, and its timeout of ${limit} s is near. Missing: ${reasons.join("; ")}`,
      parent,
    );
  });
}

/** What kro reports of an RGD or an instance, as far as it matters here. */
interface Reported {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly message?: string }[];
    readonly missing?: Readonly<Record<string, string>>;
  };
}

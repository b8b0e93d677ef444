import { type Input, log, output, type Resource, runtime } from "@pulumi/pulumi";
import { parseDuration } from "../packages/console/index.ts";
import { API_VERSION, DONE } from "./definition/cartsSchema.ts";
import { ReadObject } from "./readObject.ts";
import type { ChildOptions } from "./resources.ts";

/** How long before the timeout the reason is looked up: enough for one request to the cluster. */
const MARGIN_SECONDS = 5;

const NO_REPORT = "kro has not reported on it: is it running, and is the kind's ResourceGraphDefinition there?";

/** An object of kro's that is being waited for. */
export interface Awaited {
  readonly kind: string;
  /** `namespace/name`, or the name of an object without a namespace. */
  readonly id: Input<string>;
  /** Times such as `90s`; which of them counts is not known here, so the shortest. */
  readonly timeouts: readonly string[];
}

/**
 * Says, shortly before a wait for `resource` times out, what it was for: Pulumi's own error says only that the time is
 * over. Nothing is said of a wait that ends well.
 *
 * @param parent - of the resource: one that is being waited for can't yet be the parent of another.
 * @param after - what the wait begins after.
 */
export function explainWait(resource: Resource, awaited: Awaited, { parent, dependsOn }: ChildOptions): void {
  if (runtime.isDryRun()) return;
  const limit = Math.min(...awaited.timeouts.map((time) => parseDuration(time)!)) / 1000;
  const after = dependsOn.then((resources) => resources.map(({ urn }) => urn));
  output({ after, id: awaited.id }).apply(({ id }) => {
    const timer = setTimeout(
      () => report(awaited.kind, id, limit, parent),
      Math.max(limit - MARGIN_SECONDS, limit / 2) * 1000,
    );
    timer.unref();
    resource.urn.apply(() => clearTimeout(timer));
  });
}

function report(kind: string, id: string, limit: number, parent: Resource): void {
  const [name, namespace] = id.split("/").reverse();
  const object = { apiVersion: API_VERSION, kind, namespace, name: name! };
  new ReadObject<Reported>(`${id.replace("/", "-")}-waiting`, object, { parent }).status.apply((status) => {
    const missing = Object.values(status?.missing ?? {}).filter((text) => text !== DONE);
    const ready = status?.conditions?.find(({ type }) => type === "Ready");
    const reasons = missing.length > 0 ? missing : [ready?.message || NO_REPORT];
    return log.warn(
      `${kind} ${id} is not ready, and its timeout of ${limit} s is near. Missing: ${reasons.join("; ")}`,
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

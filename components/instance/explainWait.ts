import {
  CustomResource,
  type CustomResourceOptions,
  log,
  type Output,
  output,
  type Resource,
  runtime,
} from "@pulumi/pulumi";
import { parseDuration } from "../../packages/console/index.ts";
import { API_VERSION, DONE } from "../definition/cartsSchema.ts";

/** How long before the timeout the reason is looked up: enough for one request to the cluster. */
const MARGIN_SECONDS = 5;

const NO_REPORT = "kro has not reported on it: is it running, and is the kind's ResourceGraphDefinition there?";

/** An object of kro's that is being waited for. */
export interface Awaited {
  readonly kind: string;
  /** `namespace/name`, or the name of an object without a namespace. */
  readonly id: string;
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
export function explainWait(
  resource: Resource,
  awaited: Awaited,
  { parent, dependsOn: after }: { readonly parent: Resource; readonly dependsOn: readonly Resource[] },
): void {
  if (runtime.isDryRun()) return;
  const limit = Math.min(...awaited.timeouts.map((time) => parseDuration(time)!)) / 1000;
  output(after.map(({ urn }) => urn)).apply(() => {
    const timer = setTimeout(() => report(awaited, limit, parent), Math.max(limit - MARGIN_SECONDS, limit / 2) * 1000);
    timer.unref();
    resource.urn.apply(() => clearTimeout(timer));
  });
}

function report({ kind, id }: Awaited, limit: number, parent: Resource): void {
  const found = new Found(`${id.replace("/", "-")}-waiting`, kind, id, { parent });
  found.status.apply((status) => {
    const missing = Object.values(status?.missing ?? {}).filter((text) => text !== DONE);
    const ready = status?.conditions?.find(({ type }) => type === "Ready");
    const reasons = missing.length > 0 ? missing : [ready?.message || NO_REPORT];
    return log.warn(
      `${kind} ${id} is not ready, and its timeout of ${limit} s is near. Missing: ${reasons.join("; ")}`,
      parent,
    );
  });
}

/** An object as it is in the cluster, whoever declared it. */
class Found extends CustomResource {
  declare readonly status: Output<Status | undefined>;

  constructor(name: string, kind: string, id: string, opts: CustomResourceOptions) {
    const [object, namespace] = id.split("/").reverse();
    // The plugin takes the namespace from here, not from the id.
    const inputs = { apiVersion: API_VERSION, kind, metadata: { name: object, namespace }, status: undefined };
    super(`kubernetes:${API_VERSION}:${kind}`, name, inputs, { ...opts, id });
  }
}

interface Status {
  readonly conditions?: readonly { readonly type: string; readonly message?: string }[];
  readonly missing?: Readonly<Record<string, string>>;
}

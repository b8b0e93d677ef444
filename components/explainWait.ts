import { log, output, type Resource, runtime } from "@pulumi/pulumi";
import { DONE } from "./cartsDefinition.ts";
import { CartsInstance } from "./cartsInstance.ts";

/** How long before the timeout the reason is looked up: enough for one request to the cluster. */
const MARGIN_SECONDS = 5;

/**
 * Says, shortly before a wait for `instance` times out, what it was for: Pulumi's own error says only that the time
 * is over. Nothing is said of a wait that ends well.
 *
 * @param id - `namespace/name` of the instance.
 * @param parent - of the instance: a resource that is being waited for can't yet be the parent of another.
 * @param after - what the wait begins after.
 * @param timeouts - `{create, update}` as Pulumi takes them; which of the two counts is not known here, so the shorter.
 */
export function explainWait(
  instance: CartsInstance,
  id: string,
  parent: Resource | undefined,
  after: readonly Resource[],
  timeouts: { readonly create: string; readonly update: string },
): void {
  if (runtime.isDryRun()) return;
  const limit = Math.min(seconds(timeouts.create), seconds(timeouts.update));
  output(after.map(({ urn }) => urn)).apply(() => {
    const timer = setTimeout(() => report(id, limit, parent), Math.max(limit - MARGIN_SECONDS, limit / 2) * 1000);
    timer.unref();
    instance.urn.apply(() => clearTimeout(timer));
  });
}

function report(id: string, limit: number, parent: Resource | undefined): void {
  const seen = CartsInstance.find(`${id.split("/")[1]}-waiting`, id, { parent });
  seen.status.apply((status) => {
    const missing = Object.values(status?.missing ?? {}).filter((text) => text !== DONE);
    const ready = status?.conditions?.find(({ type }) => type === "Ready");
    const reasons = missing.length > 0 ? missing : [ready?.message ?? "kro has not reported yet: is it running?"];
    return log.warn(
      `${id} is not ready, and its timeout of ${limit} s is near. Missing: ${reasons.join("; ")}`,
      parent,
    );
  });
}

/** Seconds of a time such as `90s`, `15m` or `1h30m`. */
const seconds = (time: string): number =>
  [...time.matchAll(/(\d+)([hms])/g)].reduce(
    (sum, [, n, unit]) => sum + Number(n) * { h: 3600, m: 60, s: 1 }[unit!]!,
    0,
  );

import { log, output, type Resource, runtime } from "@pulumi/pulumi";
import type { ResolvedArgs } from "./arguments.ts";
import { DONE } from "./cartsDefinition.ts";
import { CartsInstance } from "./cartsInstance.ts";

/** How long before the timeout the reason is looked up: enough for one request to the cluster. */
const MARGIN_SECONDS = 5;

/**
 * Says, shortly before a wait for `instance` times out, what it was for: Pulumi's own error says only that the time
 * is over. Nothing is said of a wait that ends well.
 *
 * @param args - of the stack; whether its timeout to create or to update counts is not known here, so the shorter.
 * @param parent - of the instance: a resource that is being waited for can't yet be the parent of another.
 * @param after - what the wait begins after.
 */
export function explainWait(
  instance: CartsInstance,
  args: Pick<ResolvedArgs, "instanceName" | "instanceNamespace" | "timeouts">,
  { parent, dependsOn: after }: { readonly parent: Resource; readonly dependsOn: readonly Resource[] },
): void {
  if (runtime.isDryRun()) return;
  const limit = Math.min(seconds(args.timeouts.create), seconds(args.timeouts.update));
  output(after.map(({ urn }) => urn)).apply(() => {
    const timer = setTimeout(() => report(args, limit, parent), Math.max(limit - MARGIN_SECONDS, limit / 2) * 1000);
    timer.unref();
    instance.urn.apply(() => clearTimeout(timer));
  });
}

function report(args: Pick<ResolvedArgs, "instanceName" | "instanceNamespace">, limit: number, parent: Resource): void {
  const id = `${args.instanceNamespace}/${args.instanceName}`;
  const seen = CartsInstance.find(`${args.instanceName}-waiting`, id, { parent });
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

import type { ClusterChoice } from "../../packages/live/index.ts";
import { refusedBefore } from "../hold/index.ts";
import { explainPending, kubeConfigOf, nameOfUrn, readState, type StackChoice, selectStack } from "../stack/index.ts";
import type { Cause } from "./causes/cause.ts";
import { heldCause } from "./causes/held.ts";
import { rootCause } from "./causes/rootCause.ts";
import { LiveFanout } from "./live/liveFanout.ts";
import type { InstanceState } from "./live/progress.ts";
import { unfollowed, unfollowedText } from "./unfollowed.ts";

/** How a stack is. `carts status --json` prints it; docs/pipelines.md describes it. */
export interface StatusReport {
  /** Of this format. */
  readonly version: 1;
  readonly project: string;
  readonly stack: string;
  /** Undefined for a stack that had none. */
  readonly lastUpdate: { readonly kind: string; readonly result: string; readonly ended: string } | undefined;
  /** Resources that the stack has, of providers. */
  readonly resources: number;
  /** What a killed run left: type of the operation, type and name of the resource. */
  readonly pending: readonly { readonly operation: string; readonly type: string; readonly name: string }[];
  /** As the cluster has them now. */
  readonly instances: readonly InstanceState[];
  /** Every instance is Ready, with every child, nothing is pending, and nothing is in another cluster. */
  readonly ready: boolean;
  /** All that is in the cluster could be looked at. Else nobody knows whether it is ready, and a note says why. */
  readonly looked: boolean;
  /** Why it is not ready, as far as that was seen. */
  readonly cause?: Cause;
  /** What could not be looked at, and why; and what is good to know. Sentences. */
  readonly notes: readonly string[];
}

/** Looks at a stack's state and at the cluster, and changes nothing. */
export async function statusOf(options: StackChoice & ClusterChoice): Promise<StatusReport> {
  const { stack, project, state } = await selectStack(options);
  const managed = readState(state, project, stack.name);
  const notes: string[] = [];
  const fanout = new LiveFanout({
    project,
    stack: stack.name,
    kubeConfig: (_, provider) => kubeConfigOf(managed.revealed, options, undefined, provider),
    state,
    onChange: () => {},
    note: (text) => notes.push(text),
  });
  const isInCluster = managed.resources.some(({ type }) => type.startsWith("kubernetes:"));
  const [last] = await Promise.all([stack.info(false), isInCluster && fanout.followState(managed)]);
  const { instances, ...evidence } = fanout.snapshot();
  const { isBlind, isPartial } = fanout;
  fanout.stop();
  const others = isInCluster && !isBlind ? await unfollowed(managed, evidence.followed, options) : [];
  notes.push(...others.map(unfollowedText));
  for (const object of evidence.objects) {
    const refused = refusedBefore(object);
    if (refused) notes.push(`Of the definitions that ${refused.object} had, one was gone back from: ${refused.text}.`);
  }
  const pending = managed.pending.map(({ type, resource }) => ({
    operation: type,
    type: resource.type,
    name: nameOfUrn(resource.urn),
  }));
  const parts = instances.flatMap((instance) => [instance, ...instance.children]);
  const seenReady = instances.length > 0 && pending.length === 0 && parts.every(({ phase }) => phase === "ready");
  const left = explainPending(stack.name, state);
  const cause: Cause | undefined = left
    ? { name: "pending-operations", object: stack.name, message: left }
    : (heldCause([...evidence.objects, ...others]) ??
      (seenReady || instances.length === 0 || isBlind ? undefined : rootCause([], evidence)));
  return {
    version: 1,
    project,
    stack: stack.name,
    lastUpdate: last && { kind: last.kind, result: last.result, ended: new Date(last.endTime).toISOString() },
    resources: managed.resources.filter(({ type }) => !type.startsWith("pulumi:")).length,
    pending,
    instances,
    ready: seenReady && !isPartial && !isBlind,
    looked: !isBlind,
    ...(cause && { cause }),
    notes,
  };
}

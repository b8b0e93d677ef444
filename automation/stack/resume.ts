import { UserError } from "../../packages/console/index.ts";
import { revealed } from "../../packages/kro-preview/index.ts";
import type { ClusterChoice, LiveObject } from "../../packages/live/index.ts";
import { exportedState } from "./exported.ts";
import { explainLock, judge, type Lock } from "./locks.ts";
import { awsLookup, isAwsKind } from "./recovery/aws.ts";
import type { Found } from "./recovery/found.ts";
import { kubernetesLookup } from "./recovery/kubernetes.ts";
import { claimsOf, foreignness } from "./recovery/ownership.ts";
import type { SelectedStack } from "./selection.ts";
import {
  type ManagedResource,
  type ManagedStack,
  managed,
  nameOfUrn,
  type PendingOperation,
  type ResourceState,
  readState,
  type StackState,
} from "./state.ts";

const titleOf = ({ type, urn }: Pick<ResourceState, "type" | "urn">): string => `${type} ${nameOfUrn(urn)}`;

/** What a killed run left in a stack's state, and what to do; undefined when it left nothing. */
export function explainPending(stack: string, { pending_operations: pending = [] }: StackState): string | undefined {
  if (pending.length === 0) return undefined;
  const each = pending.map(({ type, resource }) => `${titleOf(resource)} (${type})`);
  return (
    `a run on the stack ${stack} was killed before it could note what became of ${each.join(", ")}. ` +
    "`carts up --resume` looks each up, takes back what is this stack's own, and goes on."
  );
}

/**
 * Refreshes nothing, which takes the lock for a moment: an update that is under way has pending operations as well.
 *
 * @throws ConcurrentUpdateError of Pulumi when the stack is locked.
 */
export async function probeLock({ stack, state, configFile }: SelectedStack): Promise<void> {
  const root = state.resources?.find(({ type }) => type === "pulumi:pulumi:Stack");
  if (root) await stack.refresh({ target: [root.urn], configFile, suppressProgress: true, showSecrets: false });
}

/** Breaks a lock, if that was asked for and is the user's to do. Returns why not, else undefined. */
export async function releaseLock({ stack }: SelectedStack, lock: Lock, resume: boolean): Promise<string | undefined> {
  const verdict = judge(lock);
  if (!resume || !verdict.mayBreak) return explainLock(stack.name, lock, verdict);
  await stack.cancel();
  return undefined;
}

/** How the cluster is reached, and who hears of the progress. */
export interface RecoverOptions extends ClusterChoice {
  readonly note: (text: string) => void;
}

/**
 * Takes what a killed run had created, and could not note, back into the stack's state. Changes nothing else. Where this is
 * killed as well, {@link completeTaken} goes on.
 *
 * @throws UserError when something is there that is not this stack's own. The state is as it was then.
 */
export async function recover(selected: SelectedStack, options: RecoverOptions): Promise<void> {
  const { stack, state, configFile } = selected;
  const operations = state.pending_operations ?? [];
  const creates = operations.filter(
    ({ type, resource }) => type === "creating" && !resource.type.startsWith("pulumi:"),
  );
  const { own: recovered, foreign } = await findOwn(
    selected,
    creates.map(({ resource }) => resource),
    options,
  );
  if (foreign !== undefined) {
    throw new UserError(
      `${foreign}. Nothing was changed. Rename this stack's, or remove that one; \`pulumi refresh --clear-pending-creates\` then clears the rest.`,
    );
  }
  const updated = operations.filter((operation) => operation.type !== "creating" && isKnown(operation, state));
  const target = [...recovered, ...updated.map(({ resource }) => resource)].map(({ urn }) => urn);
  await rewrite(selected, { ...withResources(state, recovered), pending_operations: [] });
  if (target.length === 0) return;
  await stack.refresh({ target, configFile, suppressProgress: true, showSecrets: false });
  await waitAgain(
    selected,
    recovered.map(({ urn }) => urn),
    NEVER_WAITED,
  );
}

/** Why what was taken back is waited for. */
const NEVER_WAITED = "the run that created it was killed while it waited";

/**
 * Goes on with what was taken back, where that was killed: Pulumi's plugins had not told of it, so that others would get
 * none of its outputs, or, which is nothing to a destroy, nobody had waited for it. Returns whether there was such.
 */
export async function completeTaken(
  command: "up" | "destroy",
  selected: SelectedStack,
  note: (text: string) => void,
): Promise<boolean> {
  const { stack, state, configFile } = selected;
  const own = (state.resources ?? []).filter((one) => one.custom && one.id && !one.external && !one.delete);
  const bare = own.filter(isBare);
  const never = command === "up" ? own.filter((one) => !isBare(one) && isUnwaited(one)) : [];
  if (bare.length === 0 && never.length === 0) return false;
  for (const one of bare) note(`${titleOf(one)} had been taken back without its outputs, by a run that was killed`);
  for (const one of never) note(`${titleOf(one)} was never waited for`);
  const target = bare.map(({ urn }) => urn);
  if (bare.length > 0) await stack.refresh({ target, configFile, suppressProgress: true, showSecrets: false });
  await waitAgain(selected, [...target, ...never.map(({ urn }) => urn)], NEVER_WAITED);
  return true;
}

/** As {@link adopted} leaves it. */
const isBare = ({ type, outputs = {} }: ResourceState): boolean =>
  (isAwsKind(type) || type.startsWith("kubernetes:")) && Object.keys(outputs).every((key) => key.startsWith("__"));

/** Whether what Pulumi waits for until it is Ready was noted as it isn't, and not as one to wait for. */
function isUnwaited(resource: ResourceState): boolean {
  if (!resource.type.startsWith("kubernetes:") || (resource.initErrors ?? []).length > 0) return false;
  const { metadata } = managed(resource).revealed as { readonly metadata?: { readonly annotations?: object } };
  const { "pulumi.com/waitFor": wait } = (metadata?.annotations ?? {}) as Readonly<Record<string, unknown>>;
  const { status } = revealed(resource.outputs ?? {}) as { readonly status?: LiveObject["status"] };
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  return typeof wait === "string" && wait.includes("condition=Ready") && ready?.status !== "True";
}

/**
 * Takes into the stack's state what a run had AWS create and did not hear of: the answer was lost, and whoever tries again
 * finds that it is there already.
 *
 * @param refused - what could not be created for that.
 * @returns whether all that is there was this stack's own. Otherwise the state is as it was.
 */
export async function takeBack(
  selected: SelectedStack,
  refused: readonly ResourceState[],
  options: RecoverOptions,
): Promise<boolean> {
  const { stack, state, configFile } = selected;
  const { own, foreign } = await findOwn(selected, refused, options);
  if (foreign !== undefined) options.note(foreign);
  if (foreign !== undefined || own.length === 0) return false;
  await rewrite(selected, withResources(state, own));
  const target = own.map(({ urn }) => urn);
  await stack.refresh({ target, configFile, suppressProgress: true, showSecrets: false });
  return true;
}

/** Looks up what may have been created, until there is one that is not this stack's own: then also why. */
async function findOwn(
  selected: SelectedStack,
  resources: readonly ResourceState[],
  options: RecoverOptions,
): Promise<{ readonly own: readonly ResourceState[]; readonly foreign?: string }> {
  const { stack, state, project, cwd } = selected;
  const own: ResourceState[] = [];
  if (resources.length === 0) return { own };
  const claims = await claimsOf(selected, options.note);
  for (const resource of resources) {
    const known = readState(withResources(state, own), project, stack.name);
    const found = await lookup(managed(resource), known, options, cwd);
    const problem = found && foreignness(found, claims);
    if (problem) {
      const foreign = `${titleOf(resource)} is there (${found.id}), but is not this stack's own to take back: ${problem}`;
      return { own, foreign };
    }
    options.note(`${titleOf(resource)}: ${found ? `created, as ${found.id}: taken back` : "was not created"}`);
    if (found) own.push(adopted(resource, found));
  }
  return { own };
}

const isKnown = ({ resource }: PendingOperation, { resources = [] }: StackState): boolean =>
  resources.some(({ urn }) => urn === resource.urn);

function lookup(
  resource: ManagedResource,
  stack: ManagedStack,
  options: RecoverOptions,
  cwd: string,
): Promise<Found | undefined> {
  if (resource.type.startsWith("kubernetes:")) return kubernetesLookup(options, cwd)(resource, stack);
  if (isAwsKind(resource.type)) return awsLookup(resource, stack);
  throw new UserError(
    `${titleOf(resource)} can't be looked up by this command: \`pulumi refresh\` asks what became of it`,
  );
}

/** As the engine notes a resource that it imports: nearly all but its inputs and id comes with the refresh. */
const adopted = (resource: ResourceState, { id, outputs = {} }: Found): ResourceState => ({ ...resource, id, outputs });

/**
 * What was recovered in the place of what it replaces, which either is gone already or waits for its deletion now; else
 * behind all that it may depend on.
 */
function withResources(state: StackState, recovered: readonly ResourceState[]): StackState {
  const byUrn = new Map(recovered.map((one) => [one.urn, one]));
  const known = (state.resources ?? []).flatMap((one) => {
    const next = one.delete ? undefined : byUrn.get(one.urn);
    if (!next) return [one];
    byUrn.delete(one.urn);
    return one.pendingReplacement ? [next] : [next, { ...one, delete: true }];
  });
  return { ...state, resources: [...known, ...byUrn.values()] };
}

/**
 * A resource that was never waited for is not ready yet: the next update must wait for it, and its outputs be those then.
 *
 * @param why - as Pulumi shows it.
 */
export async function waitAgain(selected: SelectedStack, refreshed: readonly string[], why: string): Promise<void> {
  if (refreshed.some(isKubernetes)) await rewrite(selected, marked(await stateOf(selected), refreshed, why));
}

function marked(state: StackState, refreshed: readonly string[], why: string): StackState {
  const urns = new Set(refreshed.filter(isKubernetes));
  const resources = (state.resources ?? []).map((one) => (urns.has(one.urn) ? { ...one, initErrors: [why] } : one));
  return { ...state, resources };
}

const isKubernetes = (urn: string): boolean => typeOf(urn).startsWith("kubernetes:");

const typeOf = (urn: string): string => urn.split("::")[2]!.split("$").at(-1)!;

const rewrite = ({ stack }: SelectedStack, deployment: StackState): Promise<void> =>
  stack.importStack({ version: 3, deployment });

const stateOf = ({ stack }: SelectedStack): Promise<StackState> => exportedState(stack);

import { setTimeout as sleep } from "node:timers/promises";
import type { AwsClient } from "../../packages/aws/index.ts";
import { UserError } from "../../packages/console/index.ts";
import { type ClusterClient, clusterClient } from "../../packages/live/index.ts";
import {
  accountOf,
  awsOf,
  kubeConfigOf,
  type ManagedStack,
  type Parts,
  readState,
  type StackChoice,
  selectStack,
  splitByCluster,
} from "../stack/index.ts";
import { checksOf } from "./checks/all.ts";
import { definitionsIn, expectedOf } from "./expected.ts";
import { heal } from "./heal.ts";
import { findRoleUsers, observe } from "./observe.ts";
import { type Verification, worst } from "./verification.ts";

export interface VerifyOptions extends StackChoice {
  /** How the cluster is reached. Default: as the stack does. */
  readonly kubeconfig?: string;
  /** Default: the stack's own, else the kubeconfig's current one. */
  readonly context?: string;
  /** Restart the Deployments whose pods came too early for their credentials, and check again. */
  readonly heal?: boolean;
  /** Milliseconds until restarted pods must be ready. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Called with a sentence about what is being waited for. */
  readonly onProgress: (text: string) => void;
}

/**
 * Compares a stack with what is there: in its cluster, and in AWS. It changes nothing, unless `heal` is asked for.
 *
 * @throws UserError when there is no such stack, or the cluster or AWS can't be asked at all.
 */
export async function verify(options: VerifyOptions): Promise<Verification> {
  const { signal, onProgress } = options;
  const { project, state } = await selectStack(options);
  const stack = readState(state, project, options.stack);
  if (stack.resources.length === 0) {
    throw new UserError(`stack ${options.stack} has no resources: there is nothing to verify yet`);
  }
  signal.throwIfAborted();
  onProgress("looking at the cluster and at AWS ...");
  const [{ cluster, here, elsewhere }, aws] = await Promise.all([
    reachCluster(stack, options),
    reachAws(stack, signal),
  ]);
  const users = findRoleUsers(stack, aws);
  const others = await definitionsIn(cluster, onProgress);
  const inCluster = { ...stack, masked: here(stack.masked), revealed: here(stack.revealed) };
  const expected = { ...(await expectedOf(inCluster, others)), elsewhere };
  const pending = stack.pending.map(({ type, resource }) => `${type} ${resource.urn}`);
  const settle = async (patience: number) => {
    for (const end = Date.now() + patience; ; await sleep(1000, undefined, { signal })) {
      const observation = await observe(stack, expected, { cluster, aws, users });
      // What an interrupted look could not see would be told as unknown.
      signal.throwIfAborted();
      const checks = checksOf(observation, expected, pending);
      if (worst(checks) !== "wrong" || Date.now() > end) return { observation, checks };
    }
  };
  let { observation, checks } = await settle(SETTLING);
  const healed = options.heal ? await heal(observation, { ...options, cluster }) : [];
  if (healed.length > 0) ({ checks } = await settle(SETTLING_AFTER_HEAL));
  return { version: 1, project, stack: options.stack, verdict: worst(checks), checks, healed };
}

/** Milliseconds in which what is wrong is looked at again: while kro works, it reports that an instance is not Ready. */
const SETTLING = 3000;
const SETTLING_AFTER_HEAL = 20_000;

/** The cluster, and what of the stack is in it. */
async function reachCluster(
  { masked, revealed }: ManagedStack,
  options: VerifyOptions,
): Promise<Parts & { readonly cluster: ClusterClient }> {
  const { signal } = options;
  try {
    const config = await kubeConfigOf(revealed, options);
    const cluster = clusterClient(config, signal);
    await cluster.ping();
    const parts = await splitByCluster(masked, config, (urn) => kubeConfigOf(revealed, options, undefined, urn));
    return { cluster, ...parts };
  } catch (error) {
    signal.throwIfAborted();
    throw new UserError(`the cluster can't be reached: ${(error as Error).message}`);
  }
}

/** AWS as the stack's own provider sees it. */
async function reachAws(stack: ManagedStack, signal: AbortSignal): Promise<AwsClient> {
  const client = awsOf(stack, signal);
  const account = await client.account().catch((error: Error) => {
    signal.throwIfAborted();
    throw new UserError(`AWS can't be asked: ${error.message}`);
  });
  const own = accountOf(stack);
  if (own && own !== account) {
    throw new UserError(
      `the AWS credentials are for the account ${account}, but the stack is in ${own}: use those that \`pulumi up\` uses there`,
    );
  }
  return client;
}

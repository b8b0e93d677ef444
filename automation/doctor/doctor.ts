import { UserError } from "../../packages/console/index.ts";
import {
  AWS_KEYS,
  openStack,
  readStackConfig,
  readState,
  type SelectedStack,
  type StackConfig,
  selectStack,
} from "../stack/index.ts";
import { probesOf } from "./checks/index.ts";
import type { Opened } from "./checks/state.ts";
import { definitionOf } from "./definitionOf.ts";
import { type Diagnosis, worst } from "./finding.ts";
import { groundOf, KEYS, type Known } from "./ground.ts";
import { ask } from "./probe.ts";

/** What is looked at. All that is left out is the stack's, or not checked. */
export interface DoctorOptions {
  readonly stack?: string;
  /** Folder of the Pulumi project. */
  readonly cwd: string;
  readonly configFile?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Name of the EKS cluster. */
  readonly clusterName?: string;
  readonly region?: string;
  readonly signal: AbortSignal;
}

/** Seconds that one request to the cluster may take. */
const PATIENCE = 10;
const AWS_LIMITS = { attempts: 2, connect: 3, request: 8, call: 15 };

/**
 * Looks at all that a stack stands on: this machine, the state, AWS, EKS, the cluster, kro, ACK and Pod Identity. It changes
 * nothing.
 *
 * @throws UserError where there is no such project, stack or config file.
 */
export async function doctor(options: DoctorOptions): Promise<Diagnosis> {
  const { opened, selected, config } = await openAll(options);
  options.signal.throwIfAborted();
  const stack = opened.open && {
    name: opened.open.stack.name,
    project: opened.open.project,
    config,
    managed: selected && readState(selected.state, selected.project, selected.stack.name),
  };
  const definition = stack?.managed && definitionOf(stack.managed);
  const known: Known = { ...options, stack, definition, patience: PATIENCE, awsLimits: AWS_LIMITS };
  const findings = await ask(probesOf(opened), groundOf(known));
  return {
    version: 1,
    ...(stack && { project: stack.project, stack: stack.name }),
    verdict: worst(findings),
    findings,
  };
}

/** What of a stack can be read. A backend that isn't reached is a finding. */
async function openAll({ stack, ...choice }: DoctorOptions): Promise<{
  readonly opened: Opened;
  readonly selected?: SelectedStack;
  readonly config: StackConfig;
}> {
  if (stack === undefined) return { opened: { open: undefined, state: undefined, problem: undefined }, config: {} };
  const open = await openStack({ ...choice, stack });
  const keys = [...KEYS.map((key) => `${open.project}:${key}`), ...AWS_KEYS.map((key) => `aws:${key}`)];
  const [selected, config] = await Promise.all([
    selectStack({ ...choice, stack }).catch((error: unknown) => {
      if (error instanceof UserError) throw error;
      return error as Error;
    }),
    readStackConfig(open, keys).catch((error: unknown) => error as Error),
  ]);
  const problem = [selected, config].find((one) => one instanceof Error);
  const read = selected instanceof Error ? undefined : selected;
  return {
    opened: { open, state: read?.state, problem },
    ...(read && { selected: read }),
    config: config instanceof Error ? {} : config,
  };
}

import { UserError } from "../../packages/console/index.ts";
import type { ClusterChoice } from "../../packages/live/index.ts";
import { AWS_KEYS, type ManagedStack, type OpenStack, readStackConfig, type StackConfig } from "../stack/index.ts";
import { EARLY } from "./checks/index.ts";
import { definitionOf } from "./definitionOf.ts";
import { type Finding, onOneLine } from "./finding.ts";
import { groundOf, isTrue, KEYS } from "./ground.ts";
import { wrongOf } from "./probe.ts";

/** How an update looks at what it stands on, and who hears of what doesn't stop it. */
export interface PreflightOptions extends ClusterChoice {
  readonly signal: AbortSignal;
  /** Called with a sentence. */
  readonly note: (text: string) => void;
}

/** Seconds that one request may take: what doesn't answer is the update's to tell of. */
const PATIENCE = 5;
const AWS_LIMITS = { attempts: 1, connect: 2, request: 4, call: PATIENCE };

/**
 * What is wrong of the ground that a stack stands on, and neither waiting nor the update itself mends: the part of `doctor`
 * that few requests tell. Whatever can't be looked at is not wrong.
 */
export async function preflight(
  open: OpenStack,
  managed: ManagedStack,
  { signal, note, ...choice }: PreflightOptions,
): Promise<readonly Finding[]> {
  const { project, cwd } = open;
  const config = await readStackConfig(open, [
    ...KEYS.map((key) => `${project}:${key}`),
    ...AWS_KEYS.map((key) => `aws:${key}`),
  ]).catch((error: unknown): StackConfig => {
    signal.throwIfAborted();
    if (error instanceof UserError) throw error;
    return {};
  });
  const stack = { name: open.stack.name, project, config, managed };
  const definition = definitionOf(managed);
  const ground = groundOf({ ...choice, cwd, stack, definition, signal, patience: PATIENCE, awsLimits: AWS_LIMITS });
  // What makes a cluster, or what runs on it, gives it what it lacks; and so may a program that isn't known.
  const isOurs = ground.setting("clusterName") !== undefined;
  const comes =
    isTrue(ground.setting("createCluster")) || !["none", undefined].includes(ground.setting("controllers") as string);
  const isOthers = definition === undefined && String(ground.setting("createDefinition")) === "false";
  const asked = EARLY.filter(({ id, topic }) => !(comes && GIVEN.has(topic)) && !(isOthers && OF_THE_API.has(id)));
  const wrong = await wrongOf(asked, ground);
  if (isOurs) return wrong;
  for (const finding of wrong) note(`${finding.id}: ${onOneLine(finding)}: ${finding.remedy}`);
  return [];
}

/** What the owner of the API has seen to, where that is another stack. */
const OF_THE_API: ReadonlySet<string> = new Set(["kro-permissions", "ack-kinds", "ack-running"]);

/** What an update brings along that makes a cluster, or its controllers. */
const GIVEN: ReadonlySet<string> = new Set(["EKS", "kro", "ACK", "Pod Identity"]);

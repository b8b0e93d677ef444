import { buildGraph, type Definition } from "../../packages/kro/index.ts";
import type { ClusterClient } from "../../packages/live/index.ts";
import type { ManagedStack, SelectedStack } from "../stack/index.ts";
import { kroIdentity } from "./checks/kroIdentity.ts";
import { lacksOf, needsOf } from "./checks/kroPermissions.ts";
import { groundOf } from "./ground.ts";

/** An RGD before a change and after it. */
interface Change {
  readonly before: Definition;
  readonly after: Definition;
}

interface Options {
  readonly cluster: ClusterClient;
  readonly signal: AbortSignal;
}

/** Seconds that a request may take. */
const PATIENCE = 15;
const AWS_LIMITS = { attempts: 1, connect: 2, request: 4, call: 5 };

/**
 * What kro may not do that a changed RGD needs, and the one before did not: of a kind that it may not list and watch, kro
 * waits half a minute each time it comes to an instance.
 *
 * @returns a sentence, with the remedy; undefined where there is nothing. `isCertain` where EKS can't allow it by a policy of its own.
 * @throws Error where it can't be told: who kro is, or what others may.
 */
export async function kroMayNot(
  { stack, project, cwd }: SelectedStack,
  managed: ManagedStack,
  { before, after }: Change,
  { cluster, signal }: Options,
): Promise<{ readonly text: string; readonly isCertain: boolean } | undefined> {
  const known = new Set(needsOf(buildGraph(before)).map((need) => JSON.stringify(need)));
  const needs = needsOf(buildGraph(after)).filter((need) => !known.has(JSON.stringify(need)));
  if (needs.length === 0) return undefined;
  const opened = { name: stack.name, project, config: {}, managed };
  const limits = { patience: PATIENCE, awsLimits: AWS_LIMITS };
  const ground = groundOf({ cwd, stack: opened, definition: after, signal, ...limits });
  const kro = await kroIdentity({ ...ground, cluster: async () => cluster });
  const lacking = await lacksOf(needs, kro, cluster);
  if (lacking.length === 0) return undefined;
  const resources = lacking.map(({ lack }) => lack.split(" ").at(-1));
  const verbs = [...new Set(lacking.flatMap(({ need }) => need.verbs))];
  const role = `kro-${after.metadata.name}`;
  const text =
    `kro (${kro.title}) may not ${lacking.map(({ lack }) => lack).join("; ")}, which the change needs: ` +
    `\`kubectl create clusterrole ${role} --verb ${verbs.join()} --resource ${resources.join()}\` and ` +
    `\`kubectl create clusterrolebinding ${role} --clusterrole ${role} ${kro.bindingFlag}\` allow it`;
  return { text, isCertain: kro.policies.length === 0 };
}

import { createHash } from "node:crypto";
import { buildGraph, type Definition } from "../../packages/kro/index.ts";
import type { ClusterClient } from "../../packages/live/index.ts";
import type { ManagedStack, SelectedStack } from "../stack/index.ts";
import { type KroIdentity, kroIdentity } from "./checks/kroIdentity.ts";
import { type Lack, lacksOf, needsOf } from "./checks/kroPermissions.ts";
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

/** What kro may not do: sentences, with the remedy. */
interface MayNot {
  /** What it must be allowed everywhere. Undefined where it is. */
  readonly everywhere?: string;
  /** What a RoleBinding of each namespace may allow it as well, which is not asked for. Undefined where all is allowed everywhere. */
  readonly somewhere?: string;
  /** EKS can't allow it by a policy of its own. */
  readonly isCertain: boolean;
}

/** What kro must be allowed everywhere: it watches a kind in all namespaces at once. */
const EVERYWHERE: readonly string[] = ["list", "watch"];

/**
 * What kro may not do that a changed RGD needs, and the one before did not: of a kind that it may not list and watch, kro
 * waits half a minute each time it comes to an instance.
 *
 * @throws Error where it can't be told: who kro is, or what others may.
 */
export async function kroMayNot(
  { stack, project, cwd }: SelectedStack,
  managed: ManagedStack,
  { before, after }: Change,
  { cluster, signal }: Options,
): Promise<MayNot> {
  const known = new Set(needsOf(buildGraph(before)).map((need) => JSON.stringify(need)));
  const needs = needsOf(buildGraph(after)).filter((need) => !known.has(JSON.stringify(need)));
  if (needs.length === 0) return { isCertain: true };
  const opened = { name: stack.name, project, config: {}, managed };
  const limits = { patience: PATIENCE, awsLimits: AWS_LIMITS };
  const ground = groundOf({ cwd, stack: opened, definition: after, signal, ...limits });
  const kro = await kroIdentity({ ...ground, cluster: async () => cluster });
  const lacking = await lacksOf(needs, kro, cluster);
  const isWide = ({ verbs }: Lack): boolean => verbs.some((verb) => EVERYWHERE.includes(verb));
  const wide = lacking.filter(isWide);
  const others = lacking.filter((lack) => !isWide(lack));
  const { name } = after.metadata;
  return {
    ...(wide.length > 0 && {
      everywhere: `kro (${kro.title}) may not ${textOf(wide)}, which the change needs: ${remedyFor(wide, name, kro)}`,
    }),
    ...(others.length > 0 && {
      somewhere: `kro (${kro.title}) may not ${textOf(others)} in every namespace, which the change needs: where no RoleBinding allows it, ${remedyFor(others, name, kro)}`,
    }),
    isCertain: kro.policies?.length === 0,
  };
}

const textOf = (lacking: readonly Lack[]): string => lacking.map(({ lack }) => lack).join("; ");

/** Commands: two for each set of verbs, with a name that no other change has. */
function remedyFor(lacking: readonly Lack[], name: string, { bindingFlag }: KroIdentity): string {
  const commands = [...Map.groupBy(lacking, ({ verbs }) => verbs.join())].flatMap(([verbs, of]) => {
    const resources = of.map(({ resource }) => resource).join();
    const digest = createHash("sha256").update(`${verbs} ${resources}`).digest("hex").slice(0, 8);
    const role = `kro-${name}-${digest}`;
    return [
      `\`kubectl create clusterrole ${role} --verb ${verbs} --resource ${resources}\``,
      `\`kubectl create clusterrolebinding ${role} --clusterrole ${role} ${bindingFlag}\``,
    ];
  });
  return `${commands.join(" and ")} allow it`;
}

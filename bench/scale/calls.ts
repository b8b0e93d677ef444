import type { AuditEntry, TestSandbox } from "../../sandbox/testing.ts";

/** How often the API server was asked, by who asked, and AWS, by who asked. */
export interface Calls {
  readonly api: Readonly<Record<string, number>>;
  readonly aws: Readonly<Record<string, number>>;
}

/** Begins to count; the answer counts on until it is called. */
export async function countCalls(sandbox: TestSandbox): Promise<() => Promise<Calls>> {
  const place = sandbox.auditEnd();
  const before = await awsCalls(sandbox);
  return async () => {
    const after = await awsCalls(sandbox);
    const aws = Object.entries(after).map(([who, count]) => [who, count - (before[who] ?? 0)] as const);
    const api: Record<string, number> = {};
    for (const { stage, verb, user, userAgent } of sandbox.audit<AuditEntry>(place)) {
      if (stage !== "ResponseComplete" && verb !== "watch") continue;
      const who = whoAsks(user.username, userAgent);
      api[who] = (api[who] ?? 0) + 1;
    }
    return { api, aws: Object.fromEntries(aws.filter(([, count]) => count > 0)) };
  };
}

/** The sandbox's administrator is Pulumi's plugin, the program, and whoever works by hand. */
function whoAsks(user: string, agent = ""): string {
  if (user !== "admin") return user.replace(/^system:(serviceaccount:kube-system:)?/, "");
  if (/kubectl/.test(agent)) return "kubectl";
  return /pulumi/.test(agent) ? "pulumi's plugin" : "the program";
}

async function awsCalls({ env }: TestSandbox): Promise<Readonly<Record<string, number>>> {
  const answer = await fetch(`${env.AWS_ENDPOINT_URL}/_sandbox/calls`);
  const calls = (await answer.json()) as Record<string, Record<string, number>>;
  return Object.fromEntries(
    Object.entries(calls).map(([who, actions]) => [
      who || "pulumi, or by hand",
      Object.values(actions).reduce((sum, count) => sum + count, 0),
    ]),
  );
}

import type { LiveObject } from "../../../packages/live/index.ts";
import { NotChecked, ok, wrong } from "../finding.ts";
import type { Probe } from "../probe.ts";

/** Whether the API server answers, and whom it takes this command for. */
export const apiServer: Probe = {
  id: "api-server",
  topic: "API server",
  wanted: "it answers, and knows who asks",
  async look({ kubeConfig, cluster }) {
    const config = await kubeConfig().catch((error) => {
      if (error instanceof NotChecked) throw error;
      return error as Error;
    });
    if (config instanceof Error)
      return wrong(config.message, "name a kubeconfig with --kubeconfig, a context with --context");
    const { server = "no address" } = config.getCurrentCluster() ?? {};
    const client = await cluster().catch((error: Error) => error);
    if (client instanceof Error) {
      const said = ((client.cause as Error | undefined) ?? client).message;
      const context = config.getCurrentContext();
      return wrong(
        `${server} (context ${context}): ${said}`,
        `see whether \`kubectl --context ${context} version\` reaches it: another context, a VPN, or the credentials, which \`aws eks update-kubeconfig\` renews`,
      );
    }
    const who = await client.review(SELF, {}).catch(() => undefined);
    return ok(`${server}\n${who === undefined ? "it doesn't say as whom" : `as ${userOf(who)}`}`);
  },
};

const SELF = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };

const userOf = ({ status }: LiveObject): string =>
  (status as { readonly userInfo?: { readonly username?: string } }).userInfo?.username ?? "somebody without a name";

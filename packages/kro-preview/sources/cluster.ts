import type { KubeConfig } from "@kubernetes/client-node";
import type { Plan } from "../pulumi/plan.ts";

/** How a cluster is reached. */
export interface ClusterOptions {
  /** Path of a kubeconfig. Default: `$KUBECONFIG`, else that of the stack's own provider. */
  readonly kubeconfig?: string;
  /** Default: the one of the stack's own provider, else the kubeconfig's current one. */
  readonly context?: string;
}

/**
 * How the cluster of a plan is reached: the kubeconfig, with its context.
 *
 * @throws Error when there is no such file or context, or the package @kubernetes/client-node is not installed.
 */
export function kubeConfigOf(plan: Plan, options: ClusterOptions): Promise<KubeConfig> {
  const { kubeconfig: own, context } = providerInputs(plan);
  return kubeConfig({ own, context: options.context ?? context, file: options.kubeconfig });
}

interface Wanted {
  readonly file: string | undefined;
  readonly own: string | undefined;
  readonly context: string | undefined;
}

async function kubeConfig({ file, own, context }: Wanted): Promise<KubeConfig> {
  const { KubeConfig } = await client();
  const config = new KubeConfig();
  if (file !== undefined) config.loadFromFile(file);
  else if (process.env.KUBECONFIG || own === undefined) config.loadFromDefault();
  else if (/^\s*\{|^\w+:\s/m.test(own)) config.loadFromString(own);
  else config.loadFromFile(own);
  if (context !== undefined) {
    if (!config.getContextObject(context)) throw new Error(`the kubeconfig has no context ${context}`);
    config.setCurrentContext(context);
  }
  return config;
}

/** The inputs of the stack's Kubernetes provider, as far as they are known. */
function providerInputs({ changes }: Plan): { readonly kubeconfig?: string; readonly context?: string } {
  const provider = changes.find(({ type, action }) => type === "pulumi:providers:kubernetes" && action !== "delete");
  const known = Object.entries(provider?.after ?? {}).filter(([, value]) => typeof value === "string" && value !== "");
  return Object.fromEntries(known);
}

const client = (): Promise<typeof import("@kubernetes/client-node")> =>
  import("@kubernetes/client-node").catch(() => {
    throw new Error("the package @kubernetes/client-node is not installed");
  });

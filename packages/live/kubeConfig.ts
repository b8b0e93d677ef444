import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, resolve } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { KnownAfterApply, Secret, type Value } from "../kro/index.ts";

/** How whoever runs a command says that the cluster is reached. */
export interface ClusterChoice {
  /** Path of a kubeconfig. */
  readonly kubeconfig?: string;
  /** A context of the kubeconfig. */
  readonly context?: string;
}

/** How Pulumi reaches the cluster: inputs of a provider for Kubernetes, with the text of their secrets. */
export interface ClusterProvider {
  /** Path or content. */
  readonly kubeconfig?: Value;
  readonly context?: Value;
  /** A cluster of the kubeconfig, in place of the context's. */
  readonly cluster?: Value;
}

/**
 * The kubeconfig that is chosen, else the provider's, else `$KUBECONFIG`, else `~/.kube/config`: as Pulumi's own plugin
 * does. In it the context that is chosen, else the provider's, else the current one.
 *
 * @param provider - undefined where nothing is reached by a provider.
 * @param cwd - of the provider's paths: folder of the project.
 * @throws Error when there is no such file or context, when what the provider has can't be read, or when the package
 *   @kubernetes/client-node is not installed. Another cluster is never taken instead.
 */
export async function findKubeConfig(
  choice: ClusterChoice,
  provider: ClusterProvider = {},
  cwd = process.cwd(),
): Promise<KubeConfig> {
  const { KubeConfig } = await client();
  const config = new KubeConfig();
  const own = choice.kubeconfig === undefined ? textOf(provider, "kubeconfig") : undefined;
  if (choice.kubeconfig !== undefined) load(config, resolve(choice.kubeconfig));
  else if (own === undefined) loadDefault(config);
  else if (/^\s*\{|^\w+:\s/m.test(own)) config.loadFromString(own);
  else load(config, resolve(cwd, own.replace(/^~(?=\/|$)/, homedir())));
  const context = choice.context ?? textOf(provider, "context");
  if (context !== undefined) {
    if (!config.getContextObject(context)) {
      const known = config.contexts.map(({ name }) => name).join(", ") || "none";
      throw new Error(`the kubeconfig has no context ${context}: it has ${known}`);
    }
    config.setCurrentContext(context);
  }
  const cluster = (choice.kubeconfig ?? choice.context) ? undefined : textOf(provider, "cluster");
  if (cluster !== undefined) {
    if (!config.getCluster(cluster)) throw new Error(`the kubeconfig has no cluster ${cluster}`);
    config.contexts = config.contexts.map((one) => ({ ...one, cluster }));
  }
  return config;
}

/** Undefined for what is not set. */
function textOf(provider: ClusterProvider, key: keyof ClusterProvider): string | undefined {
  const value = provider[key];
  const option = key === "cluster" ? "kubeconfig" : key;
  const unread = `can't be read here: name another with --${option}`;
  if (value instanceof Secret) throw new Error(`the ${key} of the stack's provider is a secret, which ${unread}`);
  if (value instanceof KnownAfterApply) {
    throw new Error(`the ${key} of the stack's provider is known only after the update, and ${unread}`);
  }
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Also that of a pod's service account, where no kubeconfig is there. */
function loadDefault(config: KubeConfig): void {
  const named = process.env.KUBECONFIG;
  for (const file of named?.split(delimiter).filter(Boolean) ?? []) {
    if (!existsSync(file)) throw new Error(`there is no kubeconfig ${file}, which $KUBECONFIG names: ${REMEDY}`);
  }
  config.loadFromDefault();
  // What the client takes where nothing is there.
  if (!named && config.getCurrentContext() === "loaded-context") {
    const where = "$KUBECONFIG names none, and there is no ~/.kube/config";
    throw new Error(`there is no kubeconfig: ${where}: ${REMEDY}`);
  }
}

const REMEDY = "name one with --kubeconfig";

function load(config: KubeConfig, file: string): void {
  if (!existsSync(file)) throw new Error(`there is no kubeconfig ${file}: name another with --kubeconfig`);
  config.loadFromFile(file);
}

const client = (): Promise<typeof import("@kubernetes/client-node")> =>
  import("@kubernetes/client-node").catch(() => {
    throw new Error("the package @kubernetes/client-node is not installed: `npm install @kubernetes/client-node`");
  });

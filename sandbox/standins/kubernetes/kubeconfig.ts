import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { parse } from "yaml";

/** A kubeconfig, its lists as maps by name. https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
export interface Kubeconfig {
  readonly currentContext: string;
  readonly clusters: Readonly<Record<string, Cluster>>;
  readonly contexts: Readonly<Record<string, Context>>;
  readonly users: Readonly<Record<string, User>>;
}

export interface Cluster {
  readonly server?: string;
  readonly "certificate-authority"?: string;
  readonly "certificate-authority-data"?: string;
  readonly "insecure-skip-tls-verify"?: boolean;
  readonly "tls-server-name"?: string;
  readonly "proxy-url"?: string;
}

export interface Context {
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
}

export interface User {
  readonly "client-certificate"?: string;
  readonly "client-certificate-data"?: string;
  readonly "client-key"?: string;
  readonly "client-key-data"?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly exec?: ExecConfig;
  readonly "auth-provider"?: unknown;
  readonly as?: string;
}

/** A command that prints credentials, as `aws eks get-token` does. */
export interface ExecConfig {
  readonly apiVersion?: string;
  readonly command: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { name: string; value: string }[] | null;
  readonly installHint?: string;
  readonly provideClusterInfo?: boolean;
}

const empty: Kubeconfig = { currentContext: "", clusters: {}, contexts: {}, users: {} };

/** Reads a kubeconfig given as a path or as its content (YAML or JSON); an empty text is an empty kubeconfig. */
export function parseKubeconfig(pathOrContents: string): Kubeconfig {
  if (pathOrContents === "") return empty;
  const path = pathOrContents.replace(/^~(?=$|\/)/, homedir());
  return fromText(existsSync(path) ? readFileSync(path, "utf8") : path);
}

/** The kubeconfig that kubectl would use: the files of $KUBECONFIG merged, the first winning, or ~/.kube/config. */
export function defaultKubeconfig(): Kubeconfig {
  const listed = (process.env.KUBECONFIG ?? "").split(delimiter).filter(Boolean);
  const paths = listed.length > 0 ? listed : [join(homedir(), ".kube", "config")];
  const configs = paths.filter(existsSync).map((path) => fromText(readFileSync(path, "utf8"), dirname(path)));
  return configs.reduce(
    (merged, config) => ({
      currentContext: merged.currentContext || config.currentContext,
      clusters: { ...config.clusters, ...merged.clusters },
      contexts: { ...config.contexts, ...merged.contexts },
      users: { ...config.users, ...merged.users },
    }),
    empty,
  );
}

function fromText(text: string, directory?: string): Kubeconfig {
  const document: unknown = text.trimStart().startsWith("{") ? JSON.parse(text) : parse(text);
  if (typeof document !== "object" || document === null) {
    throw new Error("couldn't get version/kind; json parse error: the text is neither a file nor a kubeconfig");
  }
  const config = document as Record<string, unknown>;
  const named = <T extends object>(list: string, member: string): Record<string, T> => {
    const entries = (config[list] ?? []) as Record<string, unknown>[];
    const values = entries.map((entry) => [entry.name, absolutePaths((entry[member] ?? {}) as T, directory)]);
    return Object.fromEntries(values);
  };
  return {
    currentContext: String(config["current-context"] ?? ""),
    clusters: named<Cluster>("clusters", "cluster"),
    contexts: named<Context>("contexts", "context"),
    users: named<User>("users", "user"),
  };
}

const fileMembers = ["certificate-authority", "client-certificate", "client-key", "tokenFile"];

/** Paths inside a kubeconfig file are relative to it; inside a kubeconfig given as text, to the working directory. */
function absolutePaths<T extends object>(entry: T, directory: string | undefined): T {
  if (directory === undefined) return entry;
  const resolved = Object.entries(entry).map(([key, value]) => [
    key,
    fileMembers.includes(key) && typeof value === "string" ? resolve(directory, value) : value,
  ]);
  return Object.fromEntries(resolved);
}

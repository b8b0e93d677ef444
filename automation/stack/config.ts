import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runPulumi } from "./pulumi.ts";
import type { OpenStack } from "./selection.ts";

/** A stack's config: values by their full key, such as `carts-stack:clusterName`. Numbers and booleans may be texts. */
export type StackConfig = Readonly<Record<string, unknown>>;

/**
 * A stack's config, as its file has it; where that does not say all, as Pulumi has it, which takes longer.
 *
 * @param keys - those that are wanted: a secret among them is read, with the stack's passphrase.
 * @throws CommandError of Pulumi, or an error of a file that is no YAML.
 */
export async function readStackConfig(open: OpenStack, keys: readonly string[]): Promise<StackConfig> {
  const { stack, cwd, configFile } = open;
  const file = configFile ?? join(cwd, `Pulumi.${stack.name.split("/").at(-1)}.yaml`);
  if (existsSync(file)) {
    const { parse } = await import("yaml");
    const { config = {}, environment } = (parse(await readFile(file, "utf8")) ?? {}) as ConfigFile;
    if (environment === undefined && !keys.some((key) => isSecret(config?.[key]))) return config ?? {};
  }
  const args = ["config", "--json", "--show-secrets", "--stack", stack.name];
  const { stdout } = await runPulumi([...args, ...(configFile ? ["--config-file", configFile] : [])], cwd, {});
  const all = JSON.parse(stdout) as Readonly<
    Record<string, { readonly value?: string; readonly objectValue?: unknown }>
  >;
  return Object.fromEntries(Object.entries(all).map(([key, { value, objectValue }]) => [key, objectValue ?? value]));
}

/** @see https://www.pulumi.com/docs/iac/concepts/config/ */
interface ConfigFile {
  readonly config?: StackConfig | null;
  /** Of Pulumi ESC: values that the file doesn't have. */
  readonly environment?: unknown;
}

const isSecret = (value: unknown): boolean =>
  typeof value === "object" && value !== null && JSON.stringify(value).includes('"secure":');

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunError, runtime } from "@pulumi/pulumi";
import { readConfig, type StackConfig } from "../../../config.ts";
import { declare } from "../components/mocks.ts";

const PROJECT = "carts-stack";

/** As the engine passes it on. */
const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/**
 * What the program reads of a stack's config.
 *
 * @param file - content of `Pulumi.test.yaml` in the program's folder. Default: the config is in another.
 */
export async function readConfigOf(
  values: Readonly<Record<string, unknown>>,
  { file, secretKeys = [] }: { readonly file?: string; readonly secretKeys?: readonly string[] } = {},
): Promise<StackConfig> {
  await declare();
  const all = Object.entries(values).map(([key, value]) => [`${PROJECT}:${key}`, text(value)]);
  runtime.setAllConfig(Object.fromEntries(all));
  process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(secretKeys.map((key) => `${PROJECT}:${key}`));
  const [from, folder] = [process.cwd(), file === undefined ? undefined : mkdtempSync(join(tmpdir(), "carts-config-"))];
  try {
    if (folder) {
      writeFileSync(join(folder, "Pulumi.test.yaml"), file!);
      process.chdir(folder);
    }
    return readConfig();
  } finally {
    process.chdir(from);
    if (folder) rmSync(folder, { recursive: true });
    delete process.env.PULUMI_CONFIG_SECRET_KEYS;
    runtime.setAllConfig({});
  }
}

/** What is wrong with a config, without what stands around it; undefined where it is taken. */
export async function configProblem(...args: Parameters<typeof readConfigOf>): Promise<string | undefined> {
  try {
    await readConfigOf(...args);
    return undefined;
  } catch (error) {
    if (!RunError.isInstance(error)) throw error;
    const lines = error.message.split("\n").slice(1, -1);
    return lines.map((line) => line.replace(`  ${PROJECT}:`, "")).join("\n");
  }
}

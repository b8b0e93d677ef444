import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CLONE, OwnSandbox } from "./ownSandbox.ts";

const run = promisify(execFile);
const sandbox = new OwnSandbox("e2e");
const FOLDER = sandbox.folder;

export interface Finished {
  readonly code: number;
  readonly output: string;
}

/** A value of parsed JSON whose shape the test knows. */
export type Json = { [key: string]: Json } & Json[] & string;

/** Starts the tests' sandbox, and makes its environment that of the AWS SDK as well. */
export async function startSandbox(): Promise<void> {
  await sandbox.start();
  Object.assign(process.env, sandbox.env);
}

export const stopSandbox = (): Promise<void> => sandbox.stop();

/** Writes the stack's config; every key replaces what the sandbox's stack has. */
function writeConfig(values: Readonly<Record<string, unknown>>): string {
  const config = {
    "carts-stack:clusterName": "eks-workshop-auto",
    "carts-stack:context": "carts-sandbox",
    "aws:region": "us-west-2",
    "carts-stack:timeouts": { create: "90s", update: "90s", delete: "90s" },
    ...Object.fromEntries(Object.entries(values).map(([key, value]) => [`carts-stack:${key}`, value])),
  };
  const file = join(FOLDER, "Pulumi.e2e.yaml");
  writeFileSync(file, JSON.stringify({ config, encryptionsalt: SALT }));
  return file;
}

/** Of the empty passphrase that the sandbox sets, as in Pulumi.sandbox.yaml. */
const SALT = /^encryptionsalt: (.*)$/m.exec(readFileSync(join(CLONE, "Pulumi.sandbox.yaml"), "utf8"))![1]!;

/** Runs a pulumi command on the stack `e2e` with the given config, whatever its exit code. */
export async function pulumi(
  command: string,
  config: Readonly<Record<string, unknown>> = {},
  { args = [] as string[], cwd = CLONE } = {},
): Promise<Finished> {
  const all = [
    ...command.split(" "),
    "--stack",
    "e2e",
    "--config-file",
    writeConfig(config),
    "--non-interactive",
    ...args,
  ];
  return finished("pulumi", all, cwd);
}

/** As {@link pulumi}, and throws with the command's output unless it succeeds. */
export async function succeed(...args: Parameters<typeof pulumi>): Promise<string> {
  const { code, output } = await pulumi(...args);
  if (code !== 0) throw new Error(`pulumi ${args[0]} failed:\n${output}`);
  return output;
}

export const initStack = (): Promise<void> => sandbox.initStack("carts-stack", "e2e");

/** Outputs of the stack, by name. */
export async function outputs(): Promise<Record<string, string>> {
  const { stdout } = await run("pulumi", ["stack", "output", "--json", "--stack", "e2e"], {
    cwd: CLONE,
    env: sandbox.env,
  });
  return JSON.parse(stdout);
}

/** The stack's state, as `pulumi stack export` gives it. */
export async function state(): Promise<Json> {
  const options = { cwd: CLONE, env: sandbox.env, maxBuffer: 1 << 28 };
  return JSON.parse((await run("pulumi", ["stack", "export", "--stack", "e2e"], options)).stdout).deployment;
}

export const kubectl = (...args: string[]): Promise<Finished> => finished("kubectl", args, CLONE);

/** What the API server says of objects, or undefined when there are none of that name. */
export async function get(...args: string[]): Promise<Json | undefined> {
  const { code, output } = await kubectl("get", ...args, "-o", "json");
  if (code === 0) return JSON.parse(output);
  if (/NotFound|doesn't have a resource type|not found/.test(output)) return undefined;
  throw new Error(output);
}

/** What the API server was asked to write, in order, from its audit log. */
export function writes(): { verb: string; resource: string; name: string; namespace: string; at: number }[] {
  return readFileSync(sandbox.env.SANDBOX_AUDIT_LOG!, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Json)
    .filter(
      ({ objectRef, responseStatus }) => objectRef && !objectRef.subresource && Number(responseStatus?.code ?? 0) < 300,
    )
    .map(({ verb, objectRef, requestReceivedTimestamp }) => ({
      verb: verb as string,
      resource: objectRef!.resource as string,
      name: (objectRef!.name ?? "") as string,
      namespace: (objectRef!.namespace ?? "") as string,
      at: Date.parse(requestReceivedTimestamp as string),
    }));
}

async function finished(command: string, args: string[], cwd: string): Promise<Finished> {
  try {
    const { stdout, stderr } = await run(command, args, { cwd, env: sandbox.env, maxBuffer: 1 << 28 });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: number; stdout?: string; stderr?: string };
    if (typeof code !== "number") throw error;
    return { code, output: `${stdout}${stderr}` };
  }
}

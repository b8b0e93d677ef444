import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runtime } from "@pulumi/pulumi";
import { CommanderError } from "commander";
import { cartsProgram, errorText } from "../../../automation/commands/program.ts";
import { accessCluster, CartsStack } from "../../../components/index.ts";
import { declare, failures } from "../components/mocks.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";
import { fakePulumi } from "../stack/fakePulumi.ts";
import type { CommandCase } from "./commandCases.ts";
import type { WorldCase } from "./worldCases.ts";

/** Runs with other environment variables. */
async function withEnvironment<T>(env: Readonly<Record<string, string>>, run: () => Promise<T>): Promise<T> {
  const before = Object.fromEntries(Object.keys(env).map((name) => [name, process.env[name]]));
  Object.assign(process.env, env);
  try {
    return await run();
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

/** What the program fails with in such a world, and the types of what it had declared by then. */
export async function worldProblems(one: WorldCase): Promise<{ errors: string[]; types: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "carts-world-"));
  const here = (text: string) => text.replaceAll("{folder}", folder);
  const all = <T extends object>(values: T): T =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, typeof value === "string" ? here(value) : value]),
    ) as T;
  for (const [name, content] of Object.entries(one.files ?? {})) writeFileSync(join(folder, name), content);
  const server = one.hasCluster && new FakeApiServer();
  const kubeconfig = server && (await server.start()).exportConfig();
  server?.serve("v1", "Namespace", "namespaces", false);
  const fails = Object.entries(one.fails ?? {}).map(([name, said]) => [TOKENS[name]!, said]);
  const declared = await declare({ failures: Object.fromEntries(fails) });
  runtime.setAllConfig({ "aws:region": "us-west-2", ...one.config });
  try {
    const errors = await withEnvironment(all(one.env ?? {}), () =>
      failures(async () => {
        const { provider } = await accessCluster({
          clusterName: "c",
          ...all(one.cluster ?? {}),
          ...(kubeconfig && { kubeconfig }),
        });
        new CartsStack("carts", { clusterName: "c", ...one.args }, { providers: { kubernetes: provider } });
      }),
    );
    return { errors, types: declared.map(({ type }) => type) };
  } finally {
    await server?.stop();
    runtime.setAllConfig({});
    rmSync(folder, { recursive: true });
  }
}

const TOKENS: Readonly<Record<string, string>> = {
  getCluster: "aws:eks/getCluster:getCluster",
  getRole: "aws:iam/getRole:getRole",
  getRegion: "aws:index/getRegion:getRegion",
  getPartition: "aws:index/getPartition:getPartition",
  getCallerIdentity: "aws:index/getCallerIdentity:getCallerIdentity",
};

/** What `carts` prints of what is typed, without `error: `; undefined where it goes on. */
export async function commandProblem({ argv, env = {} }: CommandCase): Promise<string | undefined> {
  let printed = "";
  const pulumi = await fakePulumi({ "stack export": "echo \"error: no stack named 'nosuch' found\" >&2; exit 255" });
  const { error: say } = console;
  // What is said of the progress.
  console.error = () => {};
  const program = cartsProgram();
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeErr: (text) => (printed += text), writeOut: () => {} });
  }
  try {
    await withEnvironment({ PATH: pulumi.env.PATH!, ...env }, () => program.parseAsync(argv, { from: "user" }));
    return undefined;
  } catch (error) {
    const text = error instanceof CommanderError ? printed : await errorText(error);
    return text.replace(/^error: /, "");
  } finally {
    console.error = say;
    await pulumi.remove();
  }
}

// The walk-through on an EKS cluster that is made for it, for whoever has an AWS account: npm run acceptance -- --help
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Command, Option } from "commander";
import { accept } from "./accept.ts";
import { CLONE } from "./commands.ts";

/** What is typed. */
export interface Options {
  readonly region: string;
  readonly name: string;
  readonly controllers: "capability" | "helm";
  readonly endpoint: string;
  readonly yes?: boolean;
  readonly cleanup?: boolean;
  readonly sandbox?: boolean;
}

const program = new Command("acceptance")
  .description(
    "Makes an EKS cluster with kro and ACK, and a carts service on it; verifies it; takes all of it away again, however it " +
      "went; says what is left. It asks first, and says what it costs.",
  )
  .addOption(new Option("--region <region>", "of AWS").env("AWS_REGION").makeOptionMandatory())
  .option(
    "--name <name>",
    "of the cluster, at most 30 characters",
    `carts-acceptance-${randomBytes(2).toString("hex")}`,
  )
  .addOption(
    new Option("--controllers <how>", "how kro and ACK come").choices(["capability", "helm"]).default("capability"),
  )
  .addOption(
    new Option("--endpoint <from>", "of the cluster; from within its VPC alone with private")
      .choices(["public", "private", "publicAndPrivate"])
      .default("public"),
  )
  .option("--cleanup", "take away what a former run of this --name has left, and nothing else")
  .option("--yes", "don't ask")
  .option("--sandbox", "on the sandbox (npm run sandbox), with its emulated EKS: costs nothing, and shows less")
  .action(async (options: Options) => {
    process.exitCode = options.sandbox && !process.env.SANDBOX_AUDIT_LOG ? inSandboxShell() : await accept(options);
  });

/** The same with the environment that the sandbox's shell has. */
function inSandboxShell(): number {
  const start = join(CLONE, "sandbox", "start.mjs");
  const script = `eval "$(node '${start}' env)" && exec "$0" "$@"`;
  const again = [process.execPath, import.meta.filename, ...process.argv.slice(2)];
  const { status } = spawnSync("sh", ["-c", script, ...again], { stdio: "inherit" });
  return status ?? 1;
}

await program.parseAsync();

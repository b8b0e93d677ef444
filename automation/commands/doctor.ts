import { type Command, InvalidArgumentError, Option } from "commander";
import { writeResult } from "../../packages/cli/index.ts";
import { hasColor, interrupted } from "../../packages/console/index.ts";
import type { Diagnosis, DoctorOptions } from "../doctor/index.ts";
import { EXIT, stackCommand, toJson, withCluster } from "./options.ts";

interface Options extends Omit<DoctorOptions, "signal"> {
  readonly json?: boolean;
}

/** Something is wrong: the exit code that `carts verify` has for it. */
const OFF = 5;

/** `carts doctor`: whether what a stack needs is there. */
export const doctorCommand = (): Command =>
  withCluster(stackCommand("doctor", "doctor.md", false))
    .summary("look whether a cluster and an account have all that a stack needs")
    .description(
      "Looks at what a stack stands on, before it is made or where it fails: this machine, the state, AWS, EKS, the API " +
        "server, kro and what it may do, ACK and its role, Pod Identity, names and quotas. Changes nothing. Without a stack, " +
        "what only a stack would tell is not checked. The table goes to stdout, everything else to stderr.",
    )
    .addOption(
      new Option("--cluster-name <name>", "of the EKS cluster (default: the stack's)").argParser(toClusterName),
    )
    .addOption(new Option("--region <region>", "of AWS (default: the stack's, else AWS_REGION)").argParser(toRegion))
    .addHelpText("after", "\nExit codes: 0 nothing is wrong, 5 something is, 1 an error.")
    .action(async (options: Options) => {
      const { doctor } = await import("../doctor/index.ts");
      console.error("looking ...");
      const diagnosis = await doctor({ ...options, signal: interrupted });
      await writeResult(options.json ? toJson(diagnosis) : await table(diagnosis));
      process.exitCode = diagnosis.verdict === "wrong" ? OFF : EXIT.done;
    });

async function table(diagnosis: Diagnosis): Promise<string> {
  const { formatTable } = await import("../doctor/index.ts");
  return formatTable(diagnosis, { color: hasColor(process.stdout), width: process.stdout.columns });
}

/** @see https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html */
function toClusterName(text: string): string {
  if (/^[0-9A-Za-z][\w-]{0,99}$/.test(text)) return text;
  throw new InvalidArgumentError("The name of an EKS cluster has 1 to 100 letters, digits, `-` and `_`.");
}

function toRegion(text: string): string {
  if (/^[a-z]{2}(-[a-z]+)+-\d+$/.test(text)) return text;
  throw new InvalidArgumentError("A region is written such as us-west-2.");
}

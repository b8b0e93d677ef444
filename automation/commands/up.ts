import type { Command } from "commander";
import { updateCommand } from "./update.ts";

/** `carts up`: create or update the stack, and show what kro does meanwhile. */
export const upCommand = (): Command =>
  updateCommand("up")
    .summary("create or update the stack, and show what kro does meanwhile")
    .description(
      "Runs `pulumi up`, shows kro's fan-out while it works, and says why when it fails. Outputs go to stdout, everything else to stderr.",
    )
    .option("--no-preflight", "don't look first whether the cluster and the account have what a stack needs")
    .option("--allow-rolled-back", "apply a definition that a rollout went back from, to every instance at once");

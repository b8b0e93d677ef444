import type { Command } from "commander";
import { updateCommand } from "./update.ts";

/** `carts destroy`: take the stack down, and show what kro does meanwhile. */
export const destroyCommand = (): Command =>
  updateCommand("destroy")
    .summary("take the stack down, and show what kro does meanwhile")
    .description(
      "Runs `pulumi destroy`, and shows each child go. The DynamoDB table stays unless `tableOnDestroy` says otherwise.",
    );

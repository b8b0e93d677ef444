import { readFileSync } from "node:fs";
import { Command } from "commander";
import { withCommands } from "../../packages/cli/index.ts";
import { UserError } from "../../packages/console/index.ts";
import { adoptCommand } from "./adopt.ts";
import { destroyCommand } from "./destroy.ts";
import { doctorCommand } from "./doctor.ts";
import { driftCommand } from "./drift.ts";
import { openCommand } from "./open.ts";
import { outputsCommand } from "./outputs.ts";
import { previewCommand } from "./preview.ts";
import { rolloutCommand } from "./rollout.ts";
import { statusCommand } from "./status.ts";
import { upCommand } from "./up.ts";
import { verifyCommand } from "./verify.ts";

/** The `carts` command. */
export const cartsProgram = (): Command =>
  withCommands(
    new Command("carts")
      .description("Shows what kro makes of a carts stack, for a pipeline and for a person.")
      .version(`carts ${version()}`, "-V, --version", "say which version this is"),
    [
      previewCommand(),
      upCommand(),
      statusCommand(),
      driftCommand(),
      outputsCommand(),
      destroyCommand(),
      verifyCommand(),
      doctorCommand(),
      openCommand(),
      adoptCommand(),
      rolloutCommand(),
    ],
  );

const version = (): string => JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;

/** The one line that an error is to the user. */
export const errorText = async (error: unknown): Promise<string> =>
  error instanceof UserError ? error.message : (await import("../stack/index.ts")).errorLine(error);

import { readFileSync } from "node:fs";
import { Command } from "commander";
import { runProgram, withCommands } from "../cli/index.ts";
import { printable, problemLine, UserError } from "../console/index.ts";
import { commentCommand } from "./command/comment.ts";
import { diffCommand } from "./command/diff.ts";
import { policyCommand } from "./command/policy.ts";
import { renderCommand } from "./command/render.ts";
import { testCommand } from "./command/test.ts";
import { validateCommand } from "./command/validate.ts";
import { FOLLOWED } from "./followed.ts";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

const program = withCommands(
  new Command("kro-preview")
    .description(
      "Shows what kro makes of ResourceGraphDefinitions and their instances, and what a change does. Works offline.",
    )
    .version(`kro-preview ${version}, follows kro ${FOLLOWED}`, "-V, --version", "say which version this is"),
  [renderCommand(), diffCommand(), commentCommand(), testCommand(), validateCommand(), policyCommand()],
);

await runProgram(
  program,
  (error) =>
    error instanceof UserError
      ? error.message.split("\n").map(printable).join("\n")
      : problemLine((error as Error).message),
  { unfinished: true },
);

import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { ArgumentError, CartsStack, type CartsStackArgs } from "../../../components/index.ts";
import { declare } from "../components/mocks.ts";
import { ARGUMENT_CASES } from "./argumentCases.ts";
import { COMMAND_CASES } from "./commandCases.ts";
import { CONFIG_CASES } from "./configCases.ts";
import { errorsPage, PAGE } from "./page.ts";
import { configProblem } from "./readConfigOf.ts";
import { assertOneLine, type Refused } from "./refusal.ts";
import { commandProblem, worldProblems } from "./runs.ts";
import { WORKLOAD_CASES } from "./workloadCases.ts";
import { WORLD_CASES } from "./worldCases.ts";

/** What was refused so far, for the page. */
const refused: Record<keyof typeof CASES, Refused[]> = { config: [], arguments: [], world: [], command: [] };
const CASES = {
  config: [...CONFIG_CASES, ...WORKLOAD_CASES],
  arguments: ARGUMENT_CASES,
  world: WORLD_CASES,
  command: COMMAND_CASES,
};

describe("a config is refused with one line that names the key and the remedy:", () => {
  for (const one of CASES.config) {
    it(one.title, async () => {
      const problem = await configProblem(one.values, one);
      assert.ok(problem !== undefined, "it is taken");
      refused.config.push(assertOneLine(problem, one));
    });
  }
});

describe("arguments are refused before anything is declared, with one line that names the argument and the remedy:", () => {
  for (const one of ARGUMENT_CASES) {
    it(one.title, async () => {
      const declared = await declare();
      assert.throws(
        () => new CartsStack("carts", one.args as CartsStackArgs),
        (error: Error) => {
          assert.ok(error instanceof ArgumentError);
          refused.arguments.push(assertOneLine(error.message, one));
          // Of a rejection Pulumi prints the stack, where there is one.
          assert.equal(error.stack, error.message);
          return true;
        },
      );
      assert.deepEqual(declared, []);
    });
  }
});

describe("a world that lacks what the config names is told with one line, before anything is declared:", () => {
  for (const one of WORLD_CASES) {
    it(one.title, async () => {
      const { errors, types } = await worldProblems(one);
      assert.equal(errors.length, 1, errors.join("\n\n"));
      refused.world.push(assertOneLine(errors[0]!.replaceAll(/[^\s":]*carts-world-\w+/g, "/folder"), one));
      const made = types.filter((type) => type !== "pulumi:providers:kubernetes" && !type.startsWith("carts-stack:"));
      assert.deepEqual(made, []);
    });
  }
});

describe("a command line is refused with one line that names the option and the remedy:", () => {
  for (const one of COMMAND_CASES) {
    it(one.title, async () => {
      const problem = await commandProblem(one);
      assert.ok(problem !== undefined, "it is taken");
      refused.command.push(assertOneLine(problem, one));
    });
  }
});

describe("docs/errors.md", () => {
  it("has every one of them, and the rules for arguments", function () {
    const isWhole = Object.entries(CASES).every(
      ([part, { length }]) => refused[part as keyof typeof CASES].length === length,
    );
    if (!isWhole) return this.skip();
    const page = errorsPage(refused);
    if (process.env.UPDATE_ERRORS) writeFileSync(PAGE, page);
    const hint = "UPDATE_ERRORS=1 npm run test:unit -- tests/unit/input writes it anew";
    assert.equal(existsSync(PAGE) && readFileSync(PAGE, "utf8"), page, hint);
  });
});

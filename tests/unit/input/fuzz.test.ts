import assert from "node:assert/strict";
import { type Command, CommanderError } from "commander";
import fc from "fast-check";
import { cartsProgram } from "../../../automation/commands/program.ts";
import { ArgumentError, type CartsStackArgs, checkArgs } from "../../../components/index.ts";
import { args, commandLine, config } from "./arbitraries.ts";
import { configProblem, readConfigOf } from "./readConfigOf.ts";
import { assertClusterWithin, assertWithin } from "./within.ts";

/** More of them: FUZZ_RUNS=100000. */
const numRuns = Number(process.env.FUZZ_RUNS ?? 1500);
const STACK = /^\s+at |node:internal|TypeError|RangeError|SyntaxError/m;

/** Every line of a refusal names what it is about. */
function assertLines(text: string, isNamed: (line: string) => boolean): void {
  assert.doesNotMatch(text, STACK);
  for (const line of text.split("\n")) {
    assert.ok(isNamed(line), `names nothing: ${JSON.stringify(line)}`);
    assert.ok(line.length < 1500, `${line.length} characters`);
  }
}

const namesOneOf = (keys: readonly string[]) => (line: string) =>
  keys.some((key) => line.startsWith(key)) || line.includes("is not a key") || line.includes("is not an argument");

describe("whatever is given", () => {
  let taken = 0;
  beforeEach(() => {
    taken = 0;
  });
  /** A fuzz of which nothing, or everything, is taken shows little. */
  afterEach(() => assert.ok(taken > numRuns / 100 && taken < numRuns, `${taken} of ${numRuns} were taken`));

  it("a config is refused with lines that name keys, or is within every source's rules", async () => {
    const property = fc.asyncProperty(config, async (values) => {
      const problem = await configProblem(values);
      if (problem !== undefined) return assertLines(problem, namesOneOf(Object.keys(values)));
      const { carts, cluster } = await readConfigOf(values);
      assertWithin(carts);
      assertClusterWithin(cluster);
      taken++;
    });
    await fc.assert(property, { numRuns });
  });

  it("arguments are refused with lines that name them, or are within every source's rules", () => {
    const property = fc.property(args, (given) => {
      try {
        checkArgs(given as unknown as CartsStackArgs);
      } catch (error) {
        assert.ok(error instanceof ArgumentError, String((error as Error).stack));
        return assertLines(error.message, namesOneOf(Object.keys(given)));
      }
      assertWithin(given as unknown as CartsStackArgs);
      taken++;
    });
    fc.assert(property, { numRuns });
  });

  it("a command line is refused with one line and the way to help, or has options that can be used", async () => {
    const property = fc.asyncProperty(commandLine, async (argv) => {
      let [printed, ran] = ["", undefined as Command | undefined];
      const program = cartsProgram();
      for (const command of [program, ...program.commands]) {
        command.exitOverride().configureOutput({ writeErr: (text) => (printed += text), writeOut: () => {} });
        if (command !== program) {
          command.action(() => {
            ran = command;
          });
        }
      }
      try {
        await program.parseAsync(argv, { from: "user" });
      } catch (error) {
        assert.ok(error instanceof CommanderError, String((error as Error).stack));
        if (/^commander\.(help|version)/.test(error.code)) return;
        const [line, hint, ...more] = printed.trimEnd().split("\n");
        assert.match(line!, /^error: (unknown (command|option)|option |required option |too many arguments )/);
        assert.match(hint!, /^`carts .*--help` lists/);
        assert.deepEqual(more, []);
        return assertLines(printed.trimEnd(), () => true);
      }
      assertUsable(ran!.opts());
      taken++;
    });
    await fc.assert(property, { numRuns });
  });
});

function assertUsable(options: Readonly<Record<string, unknown>>): void {
  const { stack, timeout, parallel, port, cwd, format = "tree", service = "carts", detailsUrl = "http://x" } = options;
  assert.match(stack as string, /^([\w.-]+\/){0,2}[\w.-]{1,100}$/);
  if (timeout !== undefined) assert.ok(Number.isInteger(timeout) && Number(timeout) > 0 && Number(timeout) < 2 ** 31);
  if (parallel !== undefined)
    assert.ok(Number.isInteger(parallel) && Number(parallel) > 0 && Number(parallel) < 2 ** 31);
  if (port !== undefined) assert.ok(Number.isInteger(port) && Number(port) >= 0 && Number(port) < 65536);
  assert.ok(["tree", "markdown", "json"].includes(format as string) && ["carts", "ui"].includes(service as string));
  assert.match(new URL(detailsUrl as string).protocol, /^https?:$/);
  assert.notEqual(cwd, "");
}

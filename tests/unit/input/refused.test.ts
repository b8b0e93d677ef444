import assert from "node:assert/strict";
import { ArgumentError, CartsStack, type CartsStackArgs } from "../../../components/index.ts";
import { declare } from "../components/mocks.ts";
import { ARGUMENT_CASES } from "./argumentCases.ts";
import { CONFIG_CASES } from "./configCases.ts";
import { configProblem } from "./readConfigOf.ts";
import { assertOneLine } from "./refusal.ts";

describe("a config is refused with one line that names the key and the remedy:", () => {
  for (const one of CONFIG_CASES) {
    it(one.title, async () => {
      const problem = await configProblem(one.values, one);
      assert.ok(problem !== undefined, "it is taken");
      assertOneLine(problem, one);
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
          assertOneLine(error.message, one);
          // Of a rejection Pulumi prints the stack, where there is one.
          assert.equal(error.stack, error.message);
          return true;
        },
      );
      assert.deepEqual(declared, []);
    });
  }
});

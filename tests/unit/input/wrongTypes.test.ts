import assert from "node:assert/strict";
import { ARGUMENTS, type ArgRule, CLUSTER_ARGUMENTS } from "../../../components/index.ts";
import { configProblem } from "./readConfigOf.ts";

/** Values that Pulumi passes on for a key of a type, and that aren't of it. For a text key a number is its digits. */
const WRONG = {
  string: [{ a: "b" }, ["a"], {}],
  integer: ["two", 1.5, true, { a: "b" }, [1], "{a: ", '"2"'],
  boolean: ["yes", 7, { a: "b" }, [true], "{a: ", '"true"'],
  object: ["two", 7, true, ["a"], "{a: ", '{"a": "b"'],
} as const;

describe("a config value of a wrong type", () => {
  for (const [key, rule] of Object.entries<ArgRule>({ ...ARGUMENTS, ...CLUSTER_ARGUMENTS })) {
    // What is in a kubeconfig may be JSON.
    if (key === "kubeconfig") continue;
    it(`of ${key} is refused with one line that names key, value and rule`, async () => {
      for (const value of WRONG[rule.type as keyof typeof WRONG]) {
        const values = { clusterName: "c", [key]: value };
        const text = JSON.stringify(typeof value === "string" ? value : JSON.stringify(value));
        const problem = (await configProblem(values)) ?? "it is taken";
        assert.ok(problem.startsWith(`${key} is ${text}, but must be `), `${text}: ${problem}`);
        assert.equal(problem.includes("\n"), false, problem);
        if (rule.type === "object") assert.match(problem, new RegExp(`such as .carts-stack:${key}: \\{\\w+: .*\\}.$`));
        const secret = await configProblem(values, { secretKeys: [key] });
        assert.equal(secret, problem.replace(text, "[secret]"));
      }
    });
  }
});

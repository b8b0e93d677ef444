import assert from "node:assert/strict";
import { rootCause } from "../../../../automation/update/causes/rootCause.ts";
import { closing } from "../../../../automation/update/closing.ts";
import { FAILED } from "../failedReport.ts";

/** What is said last, and what whoever reads no terminal has. */
function told(message: string): { readonly last: string; readonly message: string } {
  const cause = rootCause([{ urn: undefined, message }], { followed: [], objects: [], warnings: [] })!;
  return { last: closing({ ...FAILED, cause }), message: cause.message };
}

const unhandled = (text: string) => told(`Running program '/p/index.ts' failed with an unhandled exception:\n${text}`);

describe("the last word on a program's own error", () => {
  it("is its first line, with what that leads up to, and that the others stand above", () => {
    const { last, message } = told(
      "the config can't be used; nothing was changed:\n  p:a is 1, but must be 2\nChange it.",
    );
    assert.equal(last, "error: the config can't be used; nothing was changed: p:a is 1, but must be 2, see above.");
    assert.match(message, /nothing was changed: p:a is 1, but must be 2 Change it\.$/, "all of it, elsewhere");
  });

  it("is all of it where it is one line", () => {
    assert.equal(told("no shop is named").last, "error: no shop is named.");
    const exited = "an unhandled error occurred: Program exited with non-zero exit code: 3";
    assert.equal(told(exited).last, `error: ${exited}, see above.`, "what it has printed tells why");
  });

  it("is of an exception what was thrown, however much is printed with it", () => {
    const long = Array.from({ length: 100 }, (_, i) => `line ${i} of what is wrong`).join("\n");
    const { last, message } = unhandled(`<ref *1> Error: no such shop\n${long}\n    at f (/p/index.ts:1:2)`);
    assert.equal(last, "error: the program failed: Error: no such shop, see above.");
    assert.match(message, /line 99 of what is wrong\.$/);
    assert.equal(
      unhandled("/p/index.ts:3\nconst a = ;\n          ^\n\nSyntaxError: Unexpected token ';'").last,
      "error: the program failed: SyntaxError: Unexpected token ';', see above.",
    );
    assert.equal(
      told(
        "Program failed with an unhandled exception:\nTraceback (most recent call last):\n  File \"a\"\nKeyError: 'b'",
      ).last,
      "error: the program failed: KeyError: 'b', see above.",
    );
  });

  it("is of AWS' denial the reason, and not that there is one", () => {
    const { last } = unhandled(
      "Error: invocation of aws:eks/getCluster:getCluster returned an error: invoking aws:eks/getCluster:getCluster: 1 error occurred:\n" +
        "\t* reading EKS Cluster (shop): couldn't find resource\n\n\n    at f (/p/index.ts:1:2)",
    );
    assert.match(last, /: 1 error occurred: reading EKS Cluster \(shop\): couldn't find resource, see above\.$/);
    assert.equal(
      unhandled("Error: no:\n    at f (/p/index.ts:1:2)").last,
      "error: the program failed: Error: no, see above.",
    );
  });

  it("is of Python what was raised, whatever its name, and with nothing more to say", () => {
    const raised = (text: string) =>
      told(
        `Program failed with an unhandled exception:\nTraceback (most recent call last):\n  File "a", line 1\n    f()\n${text}`,
      ).last;
    for (const text of ["StopIteration", "AssertionError", "shop.MyFailure: no such shop"])
      assert.equal(raised(text), `error: the program failed: ${text}, see above.`);
    const chain =
      'MyFailure: no such shop\n\nDuring handling of it:\n\nTraceback (most recent call last):\n  File "b"\nQuit: b';
    assert.equal(raised(chain), "error: the program failed: MyFailure: no such shop, see above.");
  });

  it("refers to what a program of any language has printed before its code", () => {
    for (const exited of ["program exited with non-zero exit code: 1", "program exited unexpectedly"])
      assert.equal(told(exited).last, `error: ${exited}, see above.`);
  });

  it("is a line that can be read, and no more than that", () => {
    const { last } = unhandled(`Error: ${"\u001b[31mlong\u001b[0m ".repeat(1000)}`);
    assert.ok(last.length < 1100, last);
    assert.match(last, /^error: the program failed: Error: long long .*…, see above\.$/);
  });
});

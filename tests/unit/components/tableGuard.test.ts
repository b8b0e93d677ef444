import assert from "node:assert/strict";
import { type CartsStackArgs, resolveArgs } from "../../../components/args.ts";
import { type PreviousInstance, tableProblem } from "../../../components/guards/tableGuard.ts";

const now = (args: Partial<CartsStackArgs> = {}) => resolveArgs({ clusterName: "c", ...args });
const had = (tableOnDestroy: "retain" | "delete"): PreviousInstance => ({
  metadata: { name: "carts-kro", namespace: "default" },
  spec: { tableName: "c-carts-kro", namespace: "carts-kro", tableOnDestroy },
});

describe("tableGuard", () => {
  it("lets through whatever keeps the instance", () => {
    for (const tableOnDestroy of ["retain", "delete"] as const) {
      assert.equal(tableProblem(had("retain"), now({ tableOnDestroy, imageVersion: "2" })), undefined);
      assert.equal(tableProblem(had("delete"), now({ tableOnDestroy, serviceAccount: "x" })), undefined);
    }
  });

  it("lets through a replacement that does what the config says", () => {
    assert.equal(tableProblem(had("retain"), now({ namespace: "n" })), undefined);
    assert.equal(tableProblem(had("retain"), now({ tableName: "c-carts-x" })), undefined);
    assert.equal(tableProblem(had("delete"), now({ tableName: "c-carts-x", tableOnDestroy: "delete" })), undefined);
  });

  it("refuses to empty a table that is to go on", () => {
    for (const change of [{ namespace: "n" }, { instanceName: "n" }, { instanceNamespace: "n" }]) {
      const problem = tableProblem(
        had("delete"),
        now({ tableName: "c-carts-kro", ...change, tableOnDestroy: "delete" }),
      );
      assert.match(problem!, /table c-carts-kro would be deleted with its items.*"retain" in an update of its own/);
      assert.match(problem!, new RegExp(Object.keys(change)[0]!));
    }
  });

  it("refuses a replacement whose table goes another way than the config says", () => {
    assert.match(tableProblem(had("delete"), now({ tableName: "c-carts-x" }))!, /from "delete" to "retain"/);
    const changes = { namespace: "n", tableOnDestroy: "delete" } as const;
    assert.match(tableProblem(had("retain"), now(changes))!, /from "retain" to "delete"/);
  });
});

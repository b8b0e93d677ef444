import assert from "node:assert/strict";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { runtime } from "@pulumi/pulumi";
import type { CartsStackArgs } from "../../../components/args.ts";
import { CartsStack } from "../../../components/cartsStack.ts";
import { declare, failures, Other } from "./mocks.ts";

const make = (name: string, args: Partial<CartsStackArgs>, kubernetes?: Provider) =>
  new CartsStack(name, { clusterName: "c", ...args }, kubernetes ? { providers: { kubernetes } } : {});

describe("two CartsStacks of one program", () => {
  it("are refused where they have the same name for what is one's alone, before anything underneath is declared", async () => {
    const declared = await declare();
    make("carts", {});
    for (const [args, shared] of [
      [{ instanceName: "blue", namespace: "carts-kro" }, 'namespace "carts-kro"'],
      [{ instanceName: "blue", tableName: "c-carts-kro" }, 'tableName "c-carts-kro"'],
      [{ instanceNamespace: "team-b", namespace: "other", tableName: "c-carts-other" }, 'role "c-carts-dynamo"'],
      [{ namespace: "other", tableName: "c-carts-other", roleName: "shared" }, 'instance "default/carts-kro"'],
      [{ instanceNamespace: "team-b" }, 'namespace "carts-kro", tableName "c-carts-kro", role "c-carts-dynamo"'],
    ] as const) {
      const expected =
        `the CartsStacks carts and other of this program have the same ${shared}, but each must have its own: ` +
        "set instanceName of one to another name, which the rest follows where it isn't set";
      assert.throws(() => make("other", args), { message: expected });
    }
    assert.deepEqual(
      declared.filter(({ type }) => !type.startsWith("carts-stack:")),
      [],
    );
    await runtime.disconnect();
  });

  it("are refused as soon as it is known, where a name comes from another resource", async () => {
    const declared = await declare();
    let done = false;
    const program = () => {
      make("carts", { instanceName: "other-id" });
      make("blue", { instanceName: new Other().id }).nodes.instance.urn.apply(() => {
        done = true;
      });
    };
    const [error, ...others] = await failures(program, () => done);
    assert.match(
      error ?? "",
      /^the CartsStacks carts and blue of this program have the same instance "default\/other-id", /,
    );
    assert.deepEqual(others, []);
    assert.ok(!declared.some(({ name }) => name.startsWith("blue-")));
  });

  it("may have the same names in two clusters, but for what is in AWS", async () => {
    await declare();
    const [one, two] = ["one", "two"].map((name) => new Provider(name, { context: name }));
    make("carts", {}, one);
    const own = { tableName: "c-carts-two", roleName: "shared" };
    const carts = make("same", own, two);
    await new Promise((resolve) => carts.nodes.instance.urn.apply(resolve));
    await runtime.disconnect();
    await declare();
    make("carts", {}, new Provider("one"));
    assert.throws(
      () => make("same", {}, new Provider("two")),
      /have the same tableName "c-carts-kro", role "c-carts-dynamo", /,
    );
    await runtime.disconnect();
  });

  it("are none where one program has run after the other", async () => {
    for (const name of ["carts", "other"]) {
      await declare();
      const { instance } = make(name, {}).nodes;
      await new Promise((resolve) => instance.urn.apply(resolve));
      await runtime.disconnect();
    }
  });
});

import assert from "node:assert/strict";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { runtime } from "@pulumi/pulumi";
import type { CartsStackArgs } from "../../../components/args.ts";
import { CartsApi } from "../../../components/cartsApi.ts";
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
      assert.throws(() => make("other", { createDefinition: false, ...args }), { message: expected });
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
      make("blue", { instanceName: new Other().id, createDefinition: false }).nodes.instance.urn.apply(() => {
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

/** What a program has: `stack` and its like are CartsStacks. */
const MAKERS = {
  stack: () => make("stack", {}),
  blue: () => make("blue", { instanceName: "blue" }),
  api: () => new CartsApi("api"),
  other: () => new CartsApi("other"),
};

describe("what makes the ResourceGraphDefinition twice in one program", () => {
  for (const [one, other, who, remedy] of [
    [
      "stack",
      "blue",
      "the CartsStacks stack and blue",
      "set createDefinition of blue to false and its dependsOn to stack, or api of both to the definitionName of a CartsApi",
    ],
    ["api", "stack", "the CartsApi api and the CartsStack stack", "set api of stack to the definitionName of api"],
    ["stack", "api", "the CartsStack stack and the CartsApi api", "set api of stack to the definitionName of api"],
    ["api", "other", "the CartsApis api and other", "leave one of them out"],
  ] as const) {
    it(`is refused at once: ${who}`, async () => {
      await declare();
      MAKERS[one]();
      const message = `${who} of this program both make the ResourceGraphDefinition cartsstack, and a cluster has one: ${remedy}`;
      assert.throws(() => MAKERS[other](), { message });
      await runtime.disconnect();
    });
  }

  it("is told of with the names that are twins as well, as one error", async () => {
    await declare();
    make("carts", {});
    assert.throws(() => make("other", {}), /have the same instance .*\n.* carts and other .* both make the Resource/);
    await runtime.disconnect();
  });

  it("is not so in two clusters, nor where one of them is told whose to use", async () => {
    await declare();
    const [one, two] = ["one", "two"].map((name) => new Provider(name, { context: name }));
    const api = new CartsApi("api", {}, { provider: one });
    const own = make("carts", { instanceName: "two" }, two);
    const theirs = make("blue", { instanceName: "blue", api: api.definitionName }, one);
    for (const { nodes } of [own, theirs]) await new Promise((resolve) => nodes.instance.urn.apply(resolve));
    await runtime.disconnect();
  });
});

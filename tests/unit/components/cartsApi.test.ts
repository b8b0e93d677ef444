import assert from "node:assert/strict";
import { ComponentResource } from "@pulumi/pulumi";
import { CartsApi, type CartsApiArgs } from "../../../components/cartsApi.ts";
import { definition } from "../../../components/definition/cartsDefinition.ts";
import { declare, Other } from "./mocks.ts";

const DEFINITION = "kubernetes:kro.run/v1alpha1:ResourceGraphDefinition";

async function definitionOf(args: CartsApiArgs = {}, nested = false) {
  const declared = await declare();
  const parent = nested ? new ComponentResource("test:index:Team", "team") : undefined;
  const api = new CartsApi("api", args, { parent, dependsOn: Promise.resolve([new Other()]) });
  const name = await new Promise((resolve) => api.definitionName.apply(resolve));
  return { definitionName: name, ...declared.find(({ type }) => type === DEFINITION)! };
}

/** At the top of the stack, under its own name: where `pulumi state move` puts it. */
const MOVED = ["", ""];

describe("CartsApi", () => {
  it("makes the ResourceGraphDefinition alone, and has its name", async () => {
    const { definitionName, inputs, urn } = await definitionOf();
    assert.equal(definitionName, "cartsstack");
    assert.deepEqual(inputs.spec, definition);
    assert.ok(urn.endsWith(`carts-stack:index:CartsApi$${DEFINITION}::api-definition`));
  });

  it("comes after what it is told to", async () => {
    const { request } = await definitionOf();
    assert.deepEqual(
      request.getDependenciesList().map((urn) => urn.split("::").at(-1)),
      ["other"],
    );
  });

  it("is protected, unless it is told not to be", async () => {
    assert.equal((await definitionOf()).request.getProtect(), true);
    const declared = await declare();
    const api = new CartsApi("api", {}, { protect: false });
    await new Promise((resolve) => api.definitionName.apply(resolve));
    assert.equal(declared.find(({ type }) => type === DEFINITION)!.request.getProtect(), false);
  });

  it("takes over what a CartsStack has made, as the same resource", async () => {
    for (const [nested, start] of [
      [false, ""],
      [true, "test:index:Team$"],
    ] as const) {
      const { request } = await definitionOf({ takeOverFrom: "carts" }, nested);
      const [former, moved, ...others] = request.getAliasesList();
      assert.equal(
        former!.getUrn(),
        `urn:pulumi:test::carts-stack::${start}carts-stack:index:CartsStack$${DEFINITION}::carts-definition`,
      );
      assert.deepEqual([moved!.getSpec()!.getName(), moved!.getSpec()!.getParenturn()], MOVED);
      assert.deepEqual(others, []);
    }
    const { request } = await definitionOf();
    assert.equal(request.getAliasesList().length, 1);
  });
});

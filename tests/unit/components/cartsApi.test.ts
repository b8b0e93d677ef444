import assert from "node:assert/strict";
import { ComponentResource } from "@pulumi/pulumi";
import { CartsApi, type CartsApiArgs } from "../../../components/cartsApi.ts";
import { definition, definitionOf as specOf } from "../../../components/definition/cartsDefinition.ts";
import { declare, failures, Other } from "./mocks.ts";

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

  it("serves the identities that it is told to, each as a list of its own", async () => {
    for (const identities of [["pulumi", "ack"], ["ack"]] as const) {
      const { inputs } = await definitionOf({ identities: [...identities] });
      assert.deepEqual(inputs.spec, specOf(identities));
    }
    await declare();
    for (const identities of [[], ["aws"], ["ack", "ack"], "ack"]) {
      const args = { identities } as unknown as CartsApiArgs;
      assert.throws(
        () => new CartsApi("api", args),
        /^ArgumentError: identities is .*, but must be a list of pulumi, ack/,
      );
    }
  });

  it("goes on serving what it has served", async () => {
    const urn = `urn:pulumi:test::carts-stack::carts-stack:index:CartsApi$${DEFINITION}::api-definition`;
    const previous = { [urn]: { metadata: { name: "cartsstack" }, spec: specOf(["pulumi", "ack"]) } };
    await declare({ previous });
    const refused = await failures(() => new CartsApi("api", { identities: ["pulumi"] }));
    assert.match(refused.join(), /nothing was changed: identities leaves out "ack", but the ResourceGraph/);
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

import assert from "node:assert/strict";
import { shippedDefinition } from "../../../automation/stack/shippedDefinition.ts";
import { API_VERSION, DEFINITION_NAME, definition, KIND } from "../../../components/index.ts";

describe("the RGD that ships with the command", () => {
  it("is that of the components, for instances of its own kind only", async () => {
    const found = await shippedDefinition.find({ apiVersion: API_VERSION, kind: KIND });
    assert.deepEqual([found?.name, found?.before?.spec, found?.after?.spec], [DEFINITION_NAME, definition, definition]);
    assert.equal(found?.change, undefined);
    assert.equal(await shippedDefinition.find({ apiVersion: API_VERSION, kind: "Shop" }), undefined);
    assert.equal(await shippedDefinition.find({ apiVersion: "shop.example.com/v1", kind: KIND }), undefined);
  });
});

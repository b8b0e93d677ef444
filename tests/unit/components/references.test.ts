import assert from "node:assert/strict";
import { cel, reference, writeReferences } from "../../../components/definition/references.ts";

const config = reference<{ metadata: { name: string; labels: Record<string, string> }; data: { size: number } }>(
  "config",
);

describe("references", () => {
  it("writes references as kro reads them", () => {
    const template = {
      name: config.metadata.name,
      size: config.data.size,
      label: config.metadata.labels["app.kubernetes.io/name"],
      url: `http://${config.metadata.name}.svc`,
      list: [config.metadata.name, "plain", 1, true, null],
    };
    assert.deepEqual(writeReferences(template), {
      name: "${config.metadata.name}",
      size: "${config.data.size}",
      label: '${config.metadata.labels["app.kubernetes.io/name"]}',
      url: "http://${config.metadata.name}.svc",
      list: ["${config.metadata.name}", "plain", 1, true, null],
    });
  });

  it("writes references within a CEL expression as paths, and values as literals", () => {
    assert.equal(cel`${config.data.size} == ${"big"} && true`, '${config.data.size == "big" && true}');
  });
});

import assert from "node:assert/strict";
import { cel, type GraphNode, plain, reference, waves } from "../../components/graph.ts";

const node = (id: string, template: object): GraphNode => ({ id, template });
const config = reference<{ metadata: { name: string; labels: Record<string, string> }; data: { size: number } }>(
  "config",
);

describe("graph", () => {
  it("writes references as kro reads them", () => {
    const template = {
      name: config.metadata.name,
      size: config.data.size,
      label: config.metadata.labels["app.kubernetes.io/name"],
      url: `http://${config.metadata.name}.svc`,
      list: [config.metadata.name, "plain", 1, true, null],
    };
    assert.deepEqual(plain(template), {
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

  it("orders nodes by their references alone", () => {
    const nodes = [
      node("last", { a: reference<{ x: string }>("middle").x, b: config.metadata.name }),
      node("middle", { name: `${config.metadata.name}-${reference<{ spec: { n: string } }>("schema").spec.n}` }),
      node("config", { metadata: { name: "c" } }),
      node("alone", { text: "$ {not.a.reference}" }),
    ];
    assert.deepEqual(waves(nodes), [["config", "alone"], ["middle"], ["last"]]);
  });

  it("refuses what kro would refuse, naming the node", () => {
    assert.throws(
      () => waves([node("a", { x: config.metadata.name })]),
      /node "a": \$\{config\.metadata\.name\} refers to "config"/,
    );
    const a = node("a", { x: reference<{ y: string }>("b").y });
    const b = node("b", { x: reference<{ y: string }>("a").y });
    assert.throws(() => waves([a, b]), /cycle between the nodes a, b/);
    assert.throws(() => waves([a, a]), /same id/);
  });
});

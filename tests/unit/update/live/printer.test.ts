import assert from "node:assert/strict";
import { Printer } from "../../../../automation/update/live/printer.ts";
import { type InstanceState, instanceState } from "../../../../automation/update/live/progress.ts";
import { instance, instanceObject, namespaceObject, tableObject } from "./objects.ts";
import { terminal } from "./terminal.ts";

const absent = instanceState(instance, []);
const waiting = (message: string): InstanceState =>
  instanceState(instance, [namespaceObject(), tableObject({ type: "ACK.Recoverable", status: "True", message })]);
/** Three times as wide as the terminal, were it not cut. */
const wide = waiting("名".repeat(120));

describe("the printer of an update", () => {
  const firstLines = (lines: readonly string[]) => lines.map((line) => line.trim().slice(0, 12));

  for (const columns of [80, 0]) {
    it(`draws one tree on a terminal${columns ? "" : " that does not know its size"}, below what is printed`, async () => {
      const { stream, read } = terminal(30, columns);
      let state = [absent];
      const printer = new Printer({ stream, redraw: true, color: columns > 0, state: () => state });
      printer.write("one\ntw");
      printer.write("o\n");
      const drawn = await read();
      assert.deepEqual(drawn.slice(0, 3), ["one", "two", "· CartsStack default/carts  not there"]);
      state = [waiting("why")];
      printer.write("three\nfour");
      assert.deepEqual((await read()).slice(0, 4), ["one", "two", "three", "· CartsStack default/carts  not there"]);
      state = [];
      printer.write("\n");
      assert.deepEqual(await read(), ["one", "two", "three", "four"]);
      state = [absent];
      printer.end();
      assert.deepEqual(await read(), ["one", "two", "three", "four", ...drawn.slice(2)]);
    });
  }

  it("leaves nothing of lines with characters of two columns when it draws again", async () => {
    const { stream, read } = terminal(30);
    let state = [wide];
    const printer = new Printer({ stream, redraw: true, color: true, state: () => state });
    printer.write("one\n");
    assert.match((await read()).join("\n"), /Table .*\n/);
    state = [absent];
    printer.write("two\n");
    printer.end();
    const lines = await read();
    assert.deepEqual(firstLines(lines.slice(0, 3)), ["one", "two", "· CartsStack"]);
    assert.equal(lines.length, 2 + 7, lines.join("\n"));
  });

  it("draws the tree once for all that a program prints at a time, and loses none of it", async () => {
    const { stream, written } = terminal(30);
    const printer = new Printer({ stream, redraw: true, color: false, state: () => [absent] });
    const lines = Array.from({ length: 500 }, (_, i) => `line ${i}\n`);
    for (const line of lines) printer.write(line);
    printer.end();
    const all = written.join("");
    assert.ok(lines.every((line) => all.includes(line)));
    assert.equal(all.match(/CartsStack default\/carts /g)?.length, 1);
  });

  it("draws no more than there is room for", async () => {
    const { stream, read } = terminal(6);
    const printer = new Printer({ stream, redraw: true, color: false, state: () => [absent] });
    for (const text of ["one\n", "two\n", "three\n"]) printer.write(text);
    printer.end();
    const lines = await read();
    assert.equal(lines.filter((line) => line.includes("CartsStack")).length, 1, lines.join("\n"));
    assert.deepEqual(lines.slice(0, 3), ["one", "two", "three"]);
    assert.equal(lines.length, 3 + 4);
  });

  it("tells what is waited for once, however often kro has looked again meanwhile", async () => {
    const said = (message: string) =>
      instanceState(instance, [instanceObject({ type: "Ready", status: "False", message }), namespaceObject()]);
    const { stream, written } = terminal(30);
    let state: InstanceState[] = [];
    const printer = new Printer({ stream, redraw: false, color: false, state: () => state });
    for (const message of ["a", "cluster mutated", "a", "cluster mutated", "b"]) {
      state = [said(message)];
      printer.end();
    }
    const reasons = written.join("").match(/default\/carts: not ready.*$/gm);
    assert.deepEqual(reasons, ["default/carts: not ready: a", "default/carts: not ready: b"]);
  });
});

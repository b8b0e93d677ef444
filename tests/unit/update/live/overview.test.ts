import assert from "node:assert/strict";
import stringWidth from "string-width";
import { statusLines } from "../../../../automation/update/live/overview.ts";
import { Printer } from "../../../../automation/update/live/printer.ts";
import { type InstanceState, instanceState } from "../../../../automation/update/live/progress.ts";
import type { LiveObject } from "../../../../packages/live/liveObject.ts";
import {
  deploymentObject,
  instance,
  instanceObject,
  namespaceObject,
  ROLLED_OUT,
  tableObject,
  waitingPod,
} from "./objects.ts";
import { terminal } from "./terminal.ts";

const READY = { type: "Ready", status: "True" };
const WAITS = {
  type: "Ready",
  status: "False",
  message: 'waiting for node "table": readyWhen condition evaluated to false: x (waiting for readiness)',
};
const SYNCED = { type: "ACK.ResourceSynced", status: "True" };
const well = [instanceObject(READY), namespaceObject(), tableObject(SYNCED), deploymentObject(ROLLED_OUT)];
const coming = [instanceObject(WAITS), namespaceObject(), tableObject()];
const broken = [
  instanceObject(WAITS),
  namespaceObject(),
  tableObject(SYNCED),
  deploymentObject(),
  waitingPod("ImagePullBackOff", "no such image"),
];

/** An instance of a number. */
const one = (number: number, objects: readonly LiveObject[]): InstanceState => ({
  ...instanceState(instance, objects),
  id: `default/carts-${number}`,
});
const some = (from: number, count: number, objects: readonly LiveObject[]) =>
  Array.from({ length: count }, (_, i) => one(from + i, objects));
/** As many as in the middle of an update, in no order. */
const MIDDLE = [
  ...some(0, 200, well),
  ...some(200, 50, coming),
  ...some(250, 3, broken),
  ...some(253, 35, coming),
  ...some(288, 12, []),
];
const SUMMARY = "300 instances: 200 ready, 85 under way, 3 failing, 12 not there";

describe("hundreds of instances as they are shown", () => {
  it("fit a terminal: a summary, what fails with its cause, then what is under way, and how many more", async () => {
    const { stream, read } = terminal(20);
    const printer = new Printer({ stream, redraw: true, color: true, state: () => MIDDLE });
    printer.write("one\n");
    printer.end();
    const [first, ...lines] = await read();
    assert.equal(first, "one");
    assert.equal(lines.length, 18, lines.join("\n"));
    assert.equal(lines[0], SUMMARY);
    for (const line of lines.slice(1, 4)) {
      assert.match(line, /^✗ CartsStack default\/carts-25[012] {2}failing .*Deployment carts-kro\/carts: 0 o/);
    }
    assert.match(lines[4]!, /^… CartsStack default\/carts-200 {2}not ready .*Table carts-kro\/carts-table/);
    assert.equal(lines.at(-1), "  and 72 more");
    assert.ok(lines.every((line) => stringWidth(line) <= 80));
  });

  it("are drawn as trees as long as there is room for them", async () => {
    const { stream, read } = terminal(30);
    let state = some(0, 2, coming);
    const printer = new Printer({ stream, redraw: true, color: false, state: () => state });
    printer.write("one\n");
    assert.equal((await read()).filter((line) => /wave \d/.test(line)).length, 6);
    state = some(0, 5, coming);
    printer.write("two\n");
    printer.end();
    const lines = await read();
    assert.deepEqual([lines[2], lines.length], ["5 instances: 5 under way", 8]);
  });

  it("are told of as a whole where nothing is drawn, and how many there are at the end", () => {
    const written: string[] = [];
    const stream = { write: (text: string) => written.push(text.slice(7)) } as unknown as NodeJS.WriteStream;
    let state = some(0, 300, []);
    const printer = new Printer({ stream, redraw: false, color: false, state: () => state });
    const news = () => {
      printer.end();
      return written.splice(0);
    };
    assert.deepEqual(news(), ["300 instances: 300 not there\n"]);
    state = [...some(0, 100, coming), ...some(100, 200, [])];
    assert.deepEqual(news(), ["300 instances: 100 under way, 200 not there\n"]);
    state = MIDDLE;
    const lines = news();
    assert.equal(lines.length, 204);
    assert.equal(lines[0], "CartsStack default/carts-0: ready\n");
    assert.match(
      lines[200]!,
      /^CartsStack default\/carts-250: failing: Deployment carts-kro\/carts: 0 of 1 pods .*ImagePullBackOff: no such image\n$/,
    );
    assert.equal(lines.at(-1), `${SUMMARY}\n`);
    assert.deepEqual(news(), []);
    state = [one(0, coming), ...MIDDLE.slice(1)];
    assert.match(news()[0]!, /^CartsStack default\/carts-0: not ready: Table /);
  });

  it("have a line each in a status that are not ready", () => {
    const options = { color: false, width: 120, now: 0 };
    const lines = statusLines(MIDDLE, options);
    assert.equal(lines.length, 1 + 3 + 85 + 12);
    assert.equal(lines[0], SUMMARY);
    assert.match(lines[1]!, /^✗ CartsStack default\/carts-250/);
    assert.match(lines.at(-1)!, /^· CartsStack default\/carts-299 {2}not there$/);
    assert.equal(statusLines(some(0, 10, well), options).length, 10 * 7);
  });
});

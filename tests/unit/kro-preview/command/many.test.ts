import assert from "node:assert/strict";
import { join } from "node:path";
import { execa } from "execa";
import type { Report } from "../../../../packages/kro-preview/report.ts";
import { Folder, rgd, shop } from "./folder.ts";

const DOOR = join(import.meta.dirname, "../../../../packages/kro-preview/bin.mjs");

/** More than a process may open at once, below. */
const SHOPS = 300;

describe("kro-preview diff of many instances", function () {
  this.timeout(60_000);
  let folder: Folder;
  before(async () => {
    const side = (name: string, image: string) => [
      [`${name}/rgd.yaml`, rgd({ image })],
      ...Array.from({ length: SHOPS }, (_, i) => [`${name}/shop-${i}.yaml`, shop(`shop-${i}`)]),
    ];
    folder = await Folder.make(Object.fromEntries([...side("old", "nginx:1"), ...side("new", "nginx:2")]));
  });
  after(() => folder.remove());

  it("reads a file after the other: a folder may have more of them than a process may open", async () => {
    const command = `ulimit -n 100 && exec "$0" "$1" diff old new`;
    const { stdout, exitCode } = await execa("sh", ["-c", command, process.execPath, DOOR], {
      cwd: folder.path,
      reject: false,
      env: { NO_COLOR: "1" },
    });
    assert.equal(exitCode, 2);
    assert.match(
      stdout,
      /^kro: 300 to update, 300 unchanged\. RGDs and instances: 1 to update, 300 unchanged; 300 dangers\.$/m,
    );
    assert.match(stdout, /299 more instances change in the same fields: /);
  });

  it("writes the report as it goes, as JSON writes it at once, to a file as to stdout", async () => {
    const { stdout } = await folder.run(["diff", "old", "new", "--json"]);
    const report = JSON.parse(stdout) as Report;
    assert.equal(stdout, `${JSON.stringify(report, null, 2)}\n`);
    assert.equal(report.children.length, 2 * SHOPS);
    assert.deepEqual(
      [...new Set(report.children.map(({ fields }) => JSON.stringify(fields)))],
      [
        "[]",
        JSON.stringify([
          { path: "spec.template.spec.containers[name=web].image", before: "nginx:1", after: "nginx:2" },
        ]),
      ],
    );
    assert.deepEqual(new Set(report.children.map(({ instance }) => instance)).size, SHOPS);
    await folder.run(["diff", "old", "new", "--json", "-o", "report.json"]);
    const { stdout: written } = await execa("cat", ["report.json"], { cwd: folder.path, stripFinalNewline: false });
    assert.equal(written, stdout);
  });
});

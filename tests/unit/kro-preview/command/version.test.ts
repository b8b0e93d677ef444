import assert from "node:assert/strict";
import { Folder } from "./folder.ts";

describe("kro-preview, asked about itself", () => {
  let folder: Folder;
  before(async () => {
    folder = await Folder.make();
  });
  after(() => folder.remove());

  it("says its version, and the kro that it follows", async () => {
    const { code, stdout } = await folder.run(["--version"]);
    assert.equal(code, 0);
    assert.match(stdout, /^kro-preview \d+\.\d+\.\d+, follows kro 0\.9\.4\n$/);
  });

  it("has the help of a command under help as well", async () => {
    const [long, short] = await Promise.all([folder.run(["help", "diff"]), folder.run(["diff", "--help"])]);
    assert.equal(long.code, 0);
    assert.equal(long.stdout, short.stdout);
    assert.match(long.stdout, /^Usage: kro-preview diff /);
  });
});

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type FakePulumi, fakePulumi, printJson } from "./fakePulumi.ts";

const DOOR = join(import.meta.dirname, "../../../automation/carts.mjs");

describe("a state in a folder, beside which a killed Pulumi has left an empty file of attributes", () => {
  let pulumi: FakePulumi;
  afterEach(() => pulumi.remove());

  const outputs = () =>
    new Promise<{ code: unknown; stdout: string; stderr: string }>((done) => {
      const args = [DOOR, "outputs", "--json", "--stack", "dev", "--cwd", pulumi.cwd];
      const env = { ...process.env, ...pulumi.env, HOME: pulumi.cwd };
      execFile(process.execPath, args, { env }, (error, stdout, stderr) =>
        done({ code: error?.code ?? 0, stdout, stderr }),
      );
    });

  /**
   * As the real one answers: it reads the attributes before the state.
   *
   * @param inTheMidst - another update writes the attributes, and is done when they have been read once.
   */
  async function folderWith(attributes: string, inTheMidst = false): Promise<string> {
    const state = printJson({ version: 3, deployment: { resources: [] } });
    pulumi = await fakePulumi({
      whoami: printJson({ user: "ann", url: "file://~" }),
      "stack output": "echo '{}'",
      "stack export": `for one in "$HOME"/.pulumi/stacks/carts-stack/dev.json.attrs; do
        [ ! -e "$one" ] || [ "$(head -c 1 "$one")" = "{" ] || { ${inTheMidst ? `printf '{"md5":""}' >"$one"; ` : ""}echo 'error: failed to load checkpoint: EOF' >&2; exit 255; }
      done
      ${state}`,
    });
    const folder = join(pulumi.cwd, ".pulumi/stacks/carts-stack");
    await mkdir(folder, { recursive: true });
    const file = join(folder, "dev.json.attrs");
    await writeFile(file, attributes);
    await writeFile(join(folder, "dev.json.bak.attrs"), '{"md5":""}');
    return file;
  }

  it("is read, once that is taken away", async () => {
    const file = await folderWith("");
    const { code, stderr } = await outputs();
    assert.equal(code, 0, stderr);
    assert.equal(
      stderr,
      "took away a file of attributes beside the state of dev, which a killed update had left empty\n",
    );
    assert.deepEqual([existsSync(file), existsSync(file.replace(".json.", ".json.bak."))], [false, true]);
  });

  it("is read once that is whole, where another update was writing it just then, and keeps it", async () => {
    const file = await folderWith("", true);
    const { code, stderr } = await outputs();
    assert.deepEqual([code, stderr, existsSync(file)], [0, "", true]);
  });

  it("keeps a file that is whole, and says what is wrong", async () => {
    const file = await folderWith(' {"md5":""}');
    const { code, stderr } = await outputs();
    assert.equal(code, 1);
    assert.match(stderr, /^error: failed to load checkpoint: EOF: the stack's state is cut off/);
    assert.ok(existsSync(file));
  });
});

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { npmPackageVersion, type Part } from "../../../sandbox/parts.ts";
import { archiveOf, hashOf, programThatSays } from "./archive.ts";
import { runChild } from "./child.ts";
import { Mirror } from "./mirror.ts";

const version = npmPackageVersion("@pulumi/aws");
const program = "pulumi-resource-aws";
const arch = process.arch === "x64" ? "amd64" : process.arch;
const release = `/github.com/pulumi/pulumi-aws/releases/download/v${version}`;

describe("the resource plugins of the sandbox", function () {
  this.timeout(20_000);
  let home: string;
  let mirror: Mirror;

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), "plugins-"));
    mirror = await new Mirror().start();
  });

  afterEach(async () => {
    await mirror.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it("are the official release's where that can be had", async () => {
    const name = `${program}-v${version}-${process.platform}-${arch}.tar.gz`;
    const archive = archiveOf({ [program]: programThatSays("official"), LICENSE: "yes" });
    mirror.put(`${release}/${name}`, archive);
    mirror.put(`${release}/pulumi-aws_${version}_checksums.txt`, `${hashOf("sha1", archive)}  ./${name}\n`);
    const { part, said } = await install();
    assert.deepEqual(part, { name: program, version, kind: "real", source: "official release" }, said);
    assert.equal(execFileSync(installed(), { encoding: "utf8" }), "official\n");
  });

  it("are the user's own before that", async () => {
    const own = join(home, ".pulumi", "plugins", `resource-aws-v${version}`);
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, program), programThatSays("own"), { mode: 0o755 });
    const { part, said } = await install();
    assert.deepEqual(part, { name: program, version, kind: "real", source: own }, said);
    assert.equal(execFileSync(installed(), { encoding: "utf8" }), "own\n");
    assert.deepEqual(mirror.requests, []);
  });

  it("are never those of a sandbox, in whose shell this one is started", async () => {
    const name = `${program}-v${version}-${process.platform}-${arch}.tar.gz`;
    const archive = archiveOf({ [program]: programThatSays("official") });
    mirror.put(`${release}/${name}`, archive);
    mirror.put(`${release}/pulumi-aws_${version}_checksums.txt`, `${hashOf("sha1", archive)}  ./${name}\n`);
    const first = await install();
    const again = await install({ PULUMI_HOME: join(home, "sandbox", "pulumi-home") });
    assert.deepEqual(again.part, first.part, again.said);
    assert.equal(execFileSync(installed(), { encoding: "utf8" }), "official\n");
  });

  it("are stand-ins where nothing official can be had", async () => {
    const { part } = await install();
    assert.equal(part?.kind, "stand-in");
    assert.ok(existsSync(installed()));
  });

  async function install(more: NodeJS.ProcessEnv = {}): Promise<{ part: Part | undefined; said: string }> {
    const settings = { SANDBOX_RELEASES: mirror.url, PATH: "/usr/bin:/bin", ...more };
    const { result, said } = await runChild<Part>("installPlugin.ts", [], home, settings);
    return { part: result, said };
  }

  function installed(): string {
    return join(home, "sandbox", "pulumi-home", "plugins", `resource-aws-v${version}`, program);
  }
});

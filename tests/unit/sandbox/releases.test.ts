import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { archiveOf, hashOf, programThatSays } from "./archive.ts";
import { whole } from "./mirror.ts";
import { ReleaseFixture, sums, tarball } from "./releaseFixture.ts";

const os = process.platform;
const arch = process.arch === "x64" ? "amd64" : process.arch;
const kubectl = `/dl.k8s.io/release/v1.2.3/bin/${os}/${arch}/kubectl`;
const awsName = `pulumi-resource-aws-v7.8.9-${os}-${arch}.tar.gz`;
const awsFolder = "/github.com/pulumi/pulumi-aws/releases/download/v7.8.9";
const awsDigests = "/api.github.com/repos/pulumi/pulumi-aws/releases/tags/v7.8.9";

describe("official releases", function () {
  this.timeout(20_000);
  let fixture: ReleaseFixture;

  beforeEach(async () => {
    fixture = new ReleaseFixture();
    await fixture.mirror.start();
  });

  afterEach(() => fixture.close());

  it("are downloaded once, checked, unpacked and ready to run", async () => {
    fixture.publishPulumi();
    const { folders, printed } = await fixture.obtain(["pulumi@3.1.0"]);
    const [pulumi] = folders;
    assert.ok(pulumi, printed);
    assert.ok(pulumi.startsWith(join(fixture.cache, "official-pulumi", "3.1.0-")), pulumi);
    assert.deepEqual(readdirSync(pulumi).sort(), ["pulumi", "pulumi-language-nodejs"]);
    assert.equal(execFileSync(join(pulumi, "pulumi"), { encoding: "utf8" }), "pulumi\n");
    assert.match(printed, /downloading the official pulumi 3\.1\.0: done/);

    fixture.mirror.requests.length = 0;
    assert.deepEqual((await fixture.obtain(["pulumi@3.1.0"])).folders, [pulumi]);
    assert.deepEqual(fixture.mirror.requests, []);
  });

  it("may be a program without an archive, with its checksum beside it", async () => {
    fixture.mirror.put(kubectl, programThatSays("kubectl"));
    fixture.mirror.put(`${kubectl}.sha256`, hashOf("sha256", programThatSays("kubectl")));
    const { folders, printed } = await fixture.obtain(["kubectl@1.2.3"]);
    assert.ok(folders[0], printed);
    assert.equal(execFileSync(join(folders[0], "kubectl"), { encoding: "utf8" }), "kubectl\n");
  });

  it("are refused loudly when the checksum is wrong, at each start, and downloaded no more", async () => {
    fixture.publishPulumi();
    const right = hashOf("sha256", fixture.mirror.files.get(tarball)!);
    fixture.mirror.put(
      tarball,
      archiveOf({ "pulumi/pulumi": programThatSays("evil"), "pulumi/pulumi-language-nodejs": programThatSays("evil") }),
    );
    const found = hashOf("sha256", fixture.mirror.files.get(tarball)!);
    for (let start = 0; start < 2; start++) {
      const { folders, printed } = await fixture.obtain(["pulumi@3.1.0"]);
      assert.deepEqual(folders, [null]);
      assert.match(printed, /ERROR: the official pulumi 3\.1\.0 is not what its publisher says it is/);
      for (const told of [
        `sha256 ${right}`,
        `sha256 ${found}`,
        fixture.mirror.url + tarball,
        fixture.mirror.url + sums,
      ]) {
        assert.ok(printed.includes(told), `${told} is not in: ${printed}`);
      }
      assert.deepEqual(fixture.cachedFiles("official-pulumi"), []);
    }
    assert.equal(fixture.mirror.count(tarball), 1);
  });

  it("are checked against a pinned checksum where the project publishes none", async function () {
    if (os === "darwin" && arch === "amd64") this.skip();
    fixture.mirror.put(
      `/github.com/kubernetes-sigs/kwok/releases/download/v0.8.0/kwok-${os}-${arch}`,
      programThatSays("kwok"),
    );
    const { folders, printed } = await fixture.obtain(["kwok@0.8.0"]);
    assert.deepEqual(folders, [null]);
    assert.match(
      printed,
      /ERROR: the official kwok[\s\S]*expected {2}sha256 [0-9a-f]{64}, by sandbox\/releases\/files\.ts/,
    );
  });

  it("of the AWS plugin are checked against GitHub's SHA-256, else against the project's SHA-1", async () => {
    const plugin = archiveOf({ "pulumi-resource-aws": programThatSays("aws") });
    const digestsOf = (file: Buffer) =>
      JSON.stringify({ assets: [{ name: "x" }, { name: awsName, digest: `sha256:${hashOf("sha256", file)}` }] });
    fixture.mirror.put(`${awsFolder}/${awsName}`, plugin);
    fixture.mirror.put(`${awsFolder}/pulumi-aws_7.8.9_checksums.txt`, `${hashOf("sha1", plugin)}  ./${awsName}\n`);
    fixture.mirror.put(awsDigests, digestsOf(Buffer.from("another")));
    assert.match((await fixture.obtain(["pulumi-resource-aws@7.8.9"])).printed, /ERROR[\s\S]*expected {2}sha256/);

    rmSync(fixture.cache, { recursive: true });
    fixture.mirror.put(awsDigests, digestsOf(plugin));
    const bySha256 = await fixture.obtain(["pulumi-resource-aws@7.8.9"]);
    assert.ok(bySha256.folders[0] && existsSync(join(bySha256.folders[0], "pulumi-resource-aws")), bySha256.printed);
    assert.equal(fixture.mirror.count(`${awsFolder}/pulumi-aws_7.8.9_checksums.txt`), 0);

    rmSync(fixture.cache, { recursive: true });
    fixture.mirror.answer = (response, file, request) =>
      request.url === awsDigests ? response.writeHead(403).end("rate limit") : whole(response, file, request);
    const bySha1 = await fixture.obtain(["pulumi-resource-aws@7.8.9"]);
    assert.ok(bySha1.folders[0], bySha1.printed);
    assert.equal(fixture.mirror.count(`${awsFolder}/pulumi-aws_7.8.9_checksums.txt`), 1);
  });

  it("without the program in it are not taken", async () => {
    fixture.publishPulumi({ "pulumi/LICENSE": "yes" });
    const { folders, printed } = await fixture.obtain(["pulumi@3.1.0"]);
    assert.deepEqual(folders, [null]);
    assert.match(printed, /has no pulumi in it/);
    assert.deepEqual(fixture.cachedFiles("official-pulumi"), []);
  });

  it("that aren't there are looked for once a day", async () => {
    const { folders, printed } = await fixture.obtain(["kubectl@1.2.3"]);
    assert.deepEqual(folders, [null]);
    assert.match(printed, /the official kubectl 1\.2\.3 can't be had: \S+kubectl\.sha256: answers 404/);
    await fixture.obtain(["kubectl@1.2.3"]);
    assert.equal(fixture.mirror.count(`${kubectl}.sha256`), 1);
  });

  it("aren't asked for when they aren't wanted, and a setting that is neither is refused", async () => {
    fixture.publishPulumi();
    assert.deepEqual((await fixture.obtain(["pulumi@3.1.0"], { url: "off" })).folders, [null]);
    assert.equal(existsSync(fixture.cache), false);
    assert.match(
      (await fixture.obtain(["pulumi@3.1.0"], { url: "on" })).printed,
      /SANDBOX_RELEASES must be "off" or the URL/,
    );
  });
});

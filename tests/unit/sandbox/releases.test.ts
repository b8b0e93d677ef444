import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import http, { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { archiveOf, hashOf, programThatSays } from "./archive.ts";
import { runChild } from "./child.ts";
import { type Answer, dying, loginPage, Mirror, stalling, whole } from "./mirror.ts";

const os = process.platform;
const arch = process.arch === "x64" ? "amd64" : process.arch;
const tarball = `/get.pulumi.com/releases/sdk/pulumi-v3.1.0-${os}-${process.arch}.tar.gz`;
const sums = "/github.com/pulumi/pulumi/releases/download/v3.1.0/pulumi-3.1.0-checksums.txt";
const kubectl = `/dl.k8s.io/release/v1.2.3/bin/${os}/${arch}/kubectl`;
const awsName = `pulumi-resource-aws-v7.8.9-${os}-${arch}.tar.gz`;
const awsFolder = "/github.com/pulumi/pulumi-aws/releases/download/v7.8.9";
const awsDigests = "/api.github.com/repos/pulumi/pulumi-aws/releases/tags/v7.8.9";

describe("official releases", function () {
  this.timeout(20_000);
  let folder: string;
  let cache: string;
  let mirror: Mirror;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "releases-"));
    cache = join(folder, "carts-stack");
    mirror = await new Mirror().start();
  });

  afterEach(async () => {
    await mirror.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("are downloaded once, checked, unpacked and ready to run", async () => {
    publishPulumi();
    const { folders, printed } = await obtain(["pulumi@3.1.0"]);
    const [pulumi] = folders;
    assert.ok(pulumi, printed);
    assert.ok(pulumi.startsWith(join(cache, "official-pulumi", "3.1.0-")), pulumi);
    assert.deepEqual(readdirSync(pulumi).sort(), ["pulumi", "pulumi-language-nodejs"]);
    assert.equal(execFileSync(join(pulumi, "pulumi"), { encoding: "utf8" }), "pulumi\n");
    assert.match(printed, /downloading the official pulumi 3\.1\.0: done/);

    mirror.requests.length = 0;
    assert.deepEqual((await obtain(["pulumi@3.1.0"])).folders, [pulumi]);
    assert.deepEqual(mirror.requests, []);
  });

  it("may be a program without an archive, with its checksum beside it", async () => {
    mirror.put(kubectl, programThatSays("kubectl"));
    mirror.put(`${kubectl}.sha256`, hashOf("sha256", programThatSays("kubectl")));
    const { folders, printed } = await obtain(["kubectl@1.2.3"]);
    assert.ok(folders[0], printed);
    assert.equal(execFileSync(join(folders[0], "kubectl"), { encoding: "utf8" }), "kubectl\n");
  });

  it("are refused loudly when the checksum is wrong, at each start, and downloaded no more", async () => {
    publishPulumi();
    const right = hashOf("sha256", mirror.files.get(tarball)!);
    mirror.put(
      tarball,
      archiveOf({ "pulumi/pulumi": programThatSays("evil"), "pulumi/pulumi-language-nodejs": programThatSays("evil") }),
    );
    const found = hashOf("sha256", mirror.files.get(tarball)!);
    for (let start = 0; start < 2; start++) {
      const { folders, printed } = await obtain(["pulumi@3.1.0"]);
      assert.deepEqual(folders, [null]);
      assert.match(printed, /ERROR: the official pulumi 3\.1\.0 is not what its publisher says it is/);
      for (const told of [`sha256 ${right}`, `sha256 ${found}`, mirror.url + tarball, mirror.url + sums]) {
        assert.ok(printed.includes(told), `${told} is not in: ${printed}`);
      }
      assert.deepEqual(cachedFiles("official-pulumi"), []);
    }
    assert.equal(mirror.count(tarball), 1);
  });

  it("are checked against a pinned checksum where the project publishes none", async function () {
    if (os === "darwin" && arch === "amd64") this.skip();
    mirror.put(`/github.com/kubernetes-sigs/kwok/releases/download/v0.8.0/kwok-${os}-${arch}`, programThatSays("kwok"));
    const { folders, printed } = await obtain(["kwok@0.8.0"]);
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
    mirror.put(`${awsFolder}/${awsName}`, plugin);
    mirror.put(`${awsFolder}/pulumi-aws_7.8.9_checksums.txt`, `${hashOf("sha1", plugin)}  ./${awsName}\n`);
    mirror.put(awsDigests, digestsOf(Buffer.from("another")));
    assert.match((await obtain(["pulumi-resource-aws@7.8.9"])).printed, /ERROR[\s\S]*expected {2}sha256/);

    forget();
    mirror.put(awsDigests, digestsOf(plugin));
    const bySha256 = await obtain(["pulumi-resource-aws@7.8.9"]);
    assert.ok(bySha256.folders[0] && existsSync(join(bySha256.folders[0], "pulumi-resource-aws")), bySha256.printed);
    assert.equal(mirror.count(`${awsFolder}/pulumi-aws_7.8.9_checksums.txt`), 0);

    forget();
    mirror.answer = (response, file, request) =>
      request.url === awsDigests ? response.writeHead(403).end("rate limit") : whole(response, file, request);
    const bySha1 = await obtain(["pulumi-resource-aws@7.8.9"]);
    assert.ok(bySha1.folders[0], bySha1.printed);
    assert.equal(mirror.count(`${awsFolder}/pulumi-aws_7.8.9_checksums.txt`), 1);
  });

  it("survive one connection that dies", async () => {
    publishPulumi();
    answerTarball((response, file, request) => (mirror.count(tarball) === 1 ? dying : whole)(response, file, request));
    const { folders, printed } = await obtain(["pulumi@3.1.0"]);
    assert.ok(folders[0], printed);
    assert.equal(execFileSync(join(folders[0], "pulumi"), { encoding: "utf8" }), "pulumi\n");
    assert.equal(mirror.count(tarball), 2);
  });

  it("without the program in it are not taken", async () => {
    publishPulumi({ "pulumi/LICENSE": "yes" });
    const { folders, printed } = await obtain(["pulumi@3.1.0"]);
    assert.deepEqual(folders, [null]);
    assert.match(printed, /has no pulumi in it/);
    assert.deepEqual(cachedFiles("official-pulumi"), []);
  });

  for (const [what, answer, said] of [
    ["dies", dying, /broke twice/],
    ["stalls", stalling, /broke twice \(no byte for 2 s\)/],
  ] as const) {
    it(`are given up for a day when the connection ${what} again`, async () => {
      publishPulumi();
      answerTarball(answer);
      const { folders, printed } = await obtain(["pulumi@3.1.0"], { byte: 2 });
      assert.deepEqual(folders, [null]);
      assert.match(printed, said);
      assert.ok(printed.includes(mirror.url + tarball));
      assert.doesNotMatch(printed, /ERROR/);
      assert.equal(mirror.count(tarball), 2);
      assert.deepEqual(cachedFiles("official-pulumi"), []);

      mirror.answer = whole;
      assert.deepEqual((await obtain(["pulumi@3.1.0"])).folders, [null]);
      assert.equal(mirror.count(tarball), 2);
      yesterday();
      assert.ok((await obtain(["pulumi@3.1.0"])).folders[0]);
    });
  }

  it("that aren't there are looked for once a day", async () => {
    const { folders, printed } = await obtain(["kubectl@1.2.3"]);
    assert.deepEqual(folders, [null]);
    assert.match(printed, /the official kubectl 1\.2\.3 can't be had: \S+kubectl\.sha256: answers 404/);
    await obtain(["kubectl@1.2.3"]);
    assert.equal(mirror.count(`${kubectl}.sha256`), 1);
  });

  it("aren't taken from a page that wants one to log in, and nobody is suspected", async () => {
    publishPulumi();
    mirror.answer = loginPage;
    const { folders, printed } = await obtain(["pulumi@3.1.0"]);
    assert.deepEqual(folders, [null]);
    assert.match(printed, /answers with a web page in place of a file/);
    assert.doesNotMatch(printed, /ERROR/);

    const asked = mirror.requests.length;
    assert.deepEqual((await obtain(["pulumi@3.1.0", "kubectl@1.2.3"])).folders, [null, null]);
    assert.equal(mirror.requests.length, asked, "it is no internet for all parts, for a day");
  });

  it("aren't taken from such a page either when only the file is one", async () => {
    publishPulumi();
    answerTarball(loginPage);
    const { folders, printed } = await obtain(["pulumi@3.1.0"]);
    assert.deepEqual(folders, [null]);
    assert.match(printed, /a web page in place of a file/);
    assert.doesNotMatch(printed, /ERROR/);
    assert.deepEqual(cachedFiles("official-pulumi"), []);
  });

  it("aren't asked for again within a day where there is no internet", async () => {
    const { port, url } = mirror;
    await mirror.stop();
    const { folders, printed } = await obtain(["pulumi@3.1.0", "kubectl@1.2.3"], { url });
    assert.deepEqual(folders, [null, null]);
    assert.equal(printed.match(/no answer from/g)?.length, 1, printed);
    assert.match(printed, /ECONNREFUSED/);

    mirror = await new Mirror().start(port);
    publishPulumi();
    const { folders: soon, printed: remembered } = await obtain(["pulumi@3.1.0"]);
    assert.deepEqual(soon, [null]);
    assert.match(remembered, /not asked for at 127\.0\.0\.1/);
    assert.deepEqual(mirror.requests, []);
    yesterday();
    assert.ok((await obtain(["pulumi@3.1.0"])).folders[0]);
  });

  it("cost one wait for all parts where nobody answers", async () => {
    mirror.answer = () => {};
    const { folders } = await obtain(["pulumi@3.1.0", "kubectl@1.2.3", "etcd@3.6.0"], { answer: 0.5 });
    assert.deepEqual(folders, [null, null, null]);
    assert.equal(mirror.requests.length, 1, mirror.requests.join("\n"));
    assert.match(mirror.requests[0]!, /^HEAD /);
  });

  it("leave nothing behind when the download is interrupted", async () => {
    publishPulumi();
    answerTarball(stalling);
    const result = await obtain(["pulumi@3.1.0"], {
      meanwhile: async (interrupt) => {
        while (mirror.count(tarball) === 0 || cachedFiles("official-pulumi").length === 0) await sleep(20);
        interrupt();
      },
    });
    assert.notEqual(result.code, 0);
    assert.match(result.printed, /interrupted by SIGINT/);
    assert.deepEqual(cachedFiles("official-pulumi"), []);
    assert.deepEqual(cachedFiles("releases"), []);
  });

  it("aren't asked for when they aren't wanted, and a setting that is neither is refused", async () => {
    publishPulumi();
    assert.deepEqual((await obtain(["pulumi@3.1.0"], { url: "off" })).folders, [null]);
    assert.equal(existsSync(cache), false);
    assert.match((await obtain(["pulumi@3.1.0"], { url: "on" })).printed, /SANDBOX_RELEASES must be "off" or the URL/);
  });

  it("come through the proxy of the environment", async function () {
    if (!("setGlobalProxyFromEnv" in http)) this.skip();
    publishPulumi();
    const proxied: string[] = [];
    const proxy = createServer().on("connect", (request, socket) => {
      proxied.push(request.url ?? "");
      const upstream = connect(mirror.port, "127.0.0.1", () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
      upstream.pipe(socket).pipe(upstream);
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const env = { HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
    const { folders, printed } = await obtain(["pulumi@3.1.0"], { url: "http://mirror.invalid", env });
    proxy.close();
    assert.ok(folders[0], printed);
    assert.ok(proxied.includes("mirror.invalid:80"), proxied.join());
  });

  function publishPulumi(
    files: Record<string, string> = {
      "pulumi/pulumi": programThatSays("pulumi"),
      "pulumi/pulumi-language-nodejs": programThatSays("host"),
    },
  ): void {
    const content = archiveOf(files);
    mirror.put(tarball, content);
    const name = tarball.slice(tarball.lastIndexOf("/") + 1);
    mirror.put(sums, `${"0".repeat(64)}  pulumi-v3.1.0-other.tar.gz\n${hashOf("sha256", content)}  ${name}\n`);
  }

  function answerTarball(answer: Answer): void {
    mirror.answer = (response, file, request) => (request.url === tarball ? answer : whole)(response, file, request);
  }

  /** The files of a part in the cache, whole and unfinished ones. */
  function cachedFiles(part: string): string[] {
    const parent = join(cache, part);
    return existsSync(parent) ? readdirSync(parent, { recursive: true }).map(String) : [];
  }

  /** Makes everything that was remembered a day old. */
  function yesterday(): void {
    const then = new Date(Date.now() - 25 * 3600_000);
    for (const name of cachedFiles("releases")) utimesSync(join(cache, "releases", name), then, then);
  }

  function forget(): void {
    rmSync(cache, { recursive: true });
  }

  interface Circumstances {
    url?: string;
    /** Seconds for a host's first answer, and for the next byte. */
    answer?: number;
    byte?: number;
    env?: NodeJS.ProcessEnv;
    meanwhile?: (interrupt: () => void) => Promise<void>;
  }

  async function obtain(
    parts: string[],
    { url, answer = 10, byte = 10, env, meanwhile }: Circumstances = {},
  ): Promise<{ code: number | null; printed: string; folders: (string | null)[] }> {
    const settings = { SANDBOX_RELEASES: url ?? mirror.url, ...env };
    const args = [String(answer), String(byte), ...parts];
    const { code, said, result } = await runChild<(string | null)[]>(
      "obtainReleases.ts",
      args,
      folder,
      settings,
      meanwhile,
    );
    return { code, printed: said, folders: result ?? [] };
  }
});

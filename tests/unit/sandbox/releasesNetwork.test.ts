import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import http, { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dying, loginPage, Mirror, stalling, whole } from "./mirror.ts";
import { ReleaseFixture, tarball } from "./releaseFixture.ts";

describe("official releases, on networks as they are,", function () {
  this.timeout(30_000);
  let fixture: ReleaseFixture;

  beforeEach(async () => {
    fixture = new ReleaseFixture();
    await fixture.mirror.start();
  });

  afterEach(() => fixture.close());

  it("survive one connection that dies", async () => {
    fixture.publishPulumi();
    fixture.answerTarball((response, file, request) =>
      (fixture.mirror.count(tarball) === 1 ? dying : whole)(response, file, request),
    );
    const { folders, printed } = await fixture.obtain(["pulumi@3.1.0"]);
    assert.ok(folders[0], printed);
    assert.equal(execFileSync(join(folders[0], "pulumi"), { encoding: "utf8" }), "pulumi\n");
    assert.equal(fixture.mirror.count(tarball), 2);
  });

  for (const [what, answer, said] of [
    ["dies", dying, /broke twice/],
    ["stalls", stalling, /broke twice \(no byte for 2 s\)/],
  ] as const) {
    it(`are given up for a day when the connection ${what} again`, async () => {
      fixture.publishPulumi();
      fixture.answerTarball(answer);
      const { folders, printed } = await fixture.obtain(["pulumi@3.1.0"], { byte: 2 });
      assert.deepEqual(folders, [null]);
      assert.match(printed, said);
      assert.ok(printed.includes(fixture.mirror.url + tarball));
      assert.doesNotMatch(printed, /ERROR/);
      assert.equal(fixture.mirror.count(tarball), 2);
      assert.deepEqual(fixture.cachedFiles("official-pulumi"), []);

      fixture.mirror.answer = whole;
      assert.deepEqual((await fixture.obtain(["pulumi@3.1.0"])).folders, [null]);
      assert.equal(fixture.mirror.count(tarball), 2);
      fixture.yesterday();
      assert.ok((await fixture.obtain(["pulumi@3.1.0"])).folders[0]);
    });
  }

  it("aren't taken from a page that wants one to log in, and nobody is suspected", async () => {
    fixture.publishPulumi();
    fixture.mirror.answer = loginPage;
    const { folders, printed } = await fixture.obtain(["pulumi@3.1.0"]);
    assert.deepEqual(folders, [null]);
    assert.match(printed, /answers with a web page in place of a file/);
    assert.doesNotMatch(printed, /ERROR/);

    const asked = fixture.mirror.requests.length;
    assert.deepEqual((await fixture.obtain(["pulumi@3.1.0", "kubectl@1.2.3"])).folders, [null, null]);
    assert.equal(fixture.mirror.requests.length, asked, "it is no internet for all parts, for a day");
  });

  it("aren't taken from such a page either when only the file is one", async () => {
    fixture.publishPulumi();
    fixture.answerTarball(loginPage);
    const { folders, printed } = await fixture.obtain(["pulumi@3.1.0"]);
    assert.deepEqual(folders, [null]);
    assert.match(printed, /a web page in place of a file/);
    assert.doesNotMatch(printed, /ERROR/);
    assert.deepEqual(fixture.cachedFiles("official-pulumi"), []);
  });

  it("aren't asked for again within a day where there is no internet", async () => {
    const { port, url } = fixture.mirror;
    await fixture.mirror.stop();
    const { folders, printed } = await fixture.obtain(["pulumi@3.1.0", "kubectl@1.2.3"], { url });
    assert.deepEqual(folders, [null, null]);
    assert.equal(printed.match(/no answer from/g)?.length, 1, printed);
    assert.match(printed, /ECONNREFUSED/);

    fixture.mirror = await new Mirror().start(port);
    fixture.publishPulumi();
    const { folders: soon, printed: remembered } = await fixture.obtain(["pulumi@3.1.0"]);
    assert.deepEqual(soon, [null]);
    assert.match(remembered, /not asked for at 127\.0\.0\.1/);
    assert.deepEqual(fixture.mirror.requests, []);
    fixture.yesterday();
    assert.ok((await fixture.obtain(["pulumi@3.1.0"])).folders[0]);
  });

  it("cost one wait for all parts where nobody answers", async () => {
    fixture.mirror.answer = () => {};
    const { folders } = await fixture.obtain(["pulumi@3.1.0", "kubectl@1.2.3", "etcd@3.6.0"], { answer: 0.5 });
    assert.deepEqual(folders, [null, null, null]);
    assert.equal(fixture.mirror.requests.length, 1, fixture.mirror.requests.join("\n"));
    assert.match(fixture.mirror.requests[0]!, /^HEAD /);
  });

  it("leave nothing behind when the download is interrupted", async () => {
    fixture.publishPulumi();
    fixture.answerTarball(stalling);
    const result = await fixture.obtain(["pulumi@3.1.0"], {
      meanwhile: async (interrupt) => {
        while (fixture.mirror.count(tarball) === 0 || fixture.cachedFiles("official-pulumi").length === 0)
          await sleep(20);
        interrupt();
      },
    });
    assert.notEqual(result.code, 0);
    assert.match(result.printed, /interrupted by SIGINT/);
    assert.deepEqual(fixture.cachedFiles("official-pulumi"), []);
    assert.deepEqual(fixture.cachedFiles("releases"), []);
  });

  it("come through the proxy of the environment", async function () {
    if (!("setGlobalProxyFromEnv" in http)) this.skip();
    fixture.publishPulumi();
    const proxied: string[] = [];
    const proxy = createServer().on("connect", (request, socket) => {
      proxied.push(request.url ?? "");
      const upstream = connect(fixture.mirror.port, "127.0.0.1", () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
      upstream.pipe(socket).pipe(upstream);
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const env = { HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
    const { folders, printed } = await fixture.obtain(["pulumi@3.1.0"], { url: "http://mirror.invalid", env });
    proxy.close();
    assert.ok(folders[0], printed);
    assert.ok(proxied.includes("mirror.invalid:80"), proxied.join());
  });
});

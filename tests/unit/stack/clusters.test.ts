import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { openCommand } from "../../../automation/commands/open.ts";
import { recover, selectStack } from "../../../automation/stack/index.ts";
import { statusOf } from "../../../automation/update/index.ts";
import { verify } from "../../../automation/verify/index.ts";
import { type FakePulumi, fakePulumi, printJson } from "./fakePulumi.ts";

const urn = (type: string, name: string) => `urn:pulumi:dev::carts-stack::${type}::${name}`;
const PROVIDER = "pulumi:providers:kubernetes";
const CARTS = "kubernetes:kro.run/v1alpha1:CartsStack";
const RGD = "kubernetes:kro.run/v1alpha1:ResourceGraphDefinition";
const secret = (text: string) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(text),
});

/** An API server that has nothing, and remembers who asked. */
class Cluster {
  asked = 0;
  readonly #server: Server = createServer((_, response) => {
    this.asked++;
    response.writeHead(404, { "content-type": "application/json" }).end("{}");
  });

  async start(): Promise<void> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
  }

  get kubeconfig(): string {
    const server = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "c", cluster: { server, "insecure-skip-tls-verify": true } }],
      users: [{ name: "u", user: {} }],
      contexts: [{ name: "shared", context: { cluster: "c", user: "u" } }],
      "current-context": "shared",
    });
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

describe("a stack whose kubeconfig is a secret, beside a $KUBECONFIG of another cluster", () => {
  const { PATH, KUBECONFIG } = process.env;
  let [own, other]: Cluster[] = [];
  let pulumi: FakePulumi;

  beforeEach(async () => {
    [own, other] = [new Cluster(), new Cluster()];
    await Promise.all([own.start(), other.start()]);
    const [apiVersion, spec] = ["kro.run/v1alpha1", { tableName: "t", namespace: "n" }];
    const of = { custom: true, provider: `${urn(PROVIDER, "own")}::id` };
    const inputs = { apiVersion, kind: "CartsStack", metadata: { name: "carts" }, spec };
    const carts = { ...of, urn: urn(CARTS, "carts"), type: CARTS, inputs };
    const schema = { apiVersion: "v1alpha1", kind: "CartsStack", spec: { tableName: "string", namespace: "string" } };
    const definition = { metadata: { name: "carts" }, spec: { schema, resources: [] } };
    const rgd = { ...of, urn: urn(RGD, "rgd"), type: RGD, id: "carts", inputs: definition };
    const provider = (name: string, cluster: Cluster) => ({
      ...{ urn: urn(PROVIDER, name), type: PROVIDER, custom: true, id: "id" },
      inputs: { kubeconfig: secret(cluster.kubeconfig), context: "shared" },
    });
    const status = { serviceEndpoint: "http://carts.n.svc.cluster.local" };
    // One that the instance does not use comes first.
    const made = { ...carts, id: "default/carts", outputs: { status } };
    const resources = [provider("another", other), provider("own", own), rgd, made];
    const pending = { ...carts, urn: urn(CARTS, "second") };
    const deployment = { resources, pending_operations: [{ type: "creating", resource: pending }] };
    pulumi = await fakePulumi({
      "stack export": printJson({ version: 3, deployment }),
      "stack history": "echo '[]'",
      "stack ls": "echo '[]'",
      "stack import": "cat > imported",
    });
    const file = join(pulumi.cwd, "other");
    await writeFile(file, other.kubeconfig);
    Object.assign(process.env, pulumi.env, { KUBECONFIG: file, AWS_EC2_METADATA_DISABLED: "true" });
  });

  afterEach(async () => {
    process.env.PATH = PATH;
    if (KUBECONFIG === undefined) delete process.env.KUBECONFIG;
    else process.env.KUBECONFIG = KUBECONFIG;
    own!.stop();
    other!.stop();
    await pulumi.remove();
  });

  const options = () => ({ stack: "dev", cwd: pulumi.cwd });
  const commands: Readonly<Record<string, () => Promise<unknown>>> = {
    status: () => statusOf(options()),
    open: () =>
      assert.rejects(openCommand().parseAsync(["--stack", "dev", "--cwd", pulumi.cwd], { from: "user" }), {
        message: "there is no service n/carts",
      }),
    verify: () =>
      verify({ ...options(), timeout: 0, signal: AbortSignal.timeout(10_000), onProgress: () => {} }).catch(() => {}),
    "up --resume": async () => recover(await selectStack(options()), { note: () => {} }),
  };
  for (const [name, run] of Object.entries(commands)) {
    it(`is looked at where it is by carts ${name}`, async () => {
      await run();
      // AWS, which `verify` asks as well, may have said no before.
      for (const end = Date.now() + 5000; own!.asked + other!.asked === 0 && Date.now() < end; ) await setTimeout(20);
      assert.deepEqual([own!.asked > 0, other!.asked], [true, 0]);
    });
  }

  it("is looked at in another kubeconfig only when that is chosen", async () => {
    await statusOf({ ...options(), kubeconfig: process.env.KUBECONFIG! });
    assert.deepEqual([own!.asked, other!.asked > 0], [0, true]);
  });
});

import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const VERSION = "0.71.1";
const BIN = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "carts-stack/conftest", VERSION);
const CONFTEST = join(BIN, "conftest");
const PREVIEW = join(import.meta.dirname, "../../packages/kro-preview/bin.mjs");

const rgd = (image: string) => `
apiVersion: kro.run/v1alpha1
kind: ResourceGraphDefinition
metadata: { name: shop }
spec:
  schema: { apiVersion: v1alpha1, kind: Shop, spec: { replicas: integer } }
  resources:
    - id: web
      template:
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: "\${schema.metadata.name}" }
        spec:
          replicas: \${schema.spec.replicas}
          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec: { containers: [{ name: web, image: "nginx:${image}" }] }
---
apiVersion: kro.run/v1alpha1
kind: Shop
metadata: { name: tea, namespace: shops }
spec: { replicas: 2 }
`;

// An engine of others, with the policy that the page has. It is built once: two and a half minutes of processor time.
describe("conftest, fed by kro-preview render", function () {
  this.timeout("1m");
  let folder: string;

  before(async function () {
    this.timeout("30m");
    if (!existsSync(CONFTEST)) {
      await mkdir(BIN, { recursive: true });
      const env = { ...process.env, GOBIN: BIN, GOGC: "400", CGO_ENABLED: "0" };
      await promisify(execFile)("go", ["install", `github.com/open-policy-agent/conftest@v${VERSION}`], { env });
    }
    folder = await mkdtemp(join(tmpdir(), "conftest-"));
    const page = await readFile(join(import.meta.dirname, "../../docs/policy.md"), "utf8");
    await mkdir(join(folder, "policy"));
    await writeFile(join(folder, "policy/images.rego"), /```rego\n(.*?)```/s.exec(page)![1]!);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function verdict(image: string): Promise<readonly [code: number | null, said: string]> {
    await writeFile(join(folder, "shop.yaml"), rgd(image));
    const rendered = spawnSync(process.execPath, [PREVIEW, "render", "shop.yaml"], { cwd: folder, encoding: "utf8" });
    assert.equal(rendered.status, 0, rendered.stderr);
    const args = ["test", "--no-color", "--policy", "policy/", "-"];
    const { status, stdout } = spawnSync(CONFTEST, args, { cwd: folder, input: rendered.stdout, encoding: "utf8" });
    return [status, stdout];
  }

  it("finds what breaks the policy in the children", async () => {
    const [code, said] = await verdict("latest");
    assert.equal(code, 1);
    assert.match(said, /^FAIL - - main - Deployment tea: web has the tag latest$/m);
  });

  it("has nothing to say of the others", async () => {
    const [code, said] = await verdict("1.29");
    assert.equal(code, 0, said);
    assert.match(said, / 0 failures/);
  });
});

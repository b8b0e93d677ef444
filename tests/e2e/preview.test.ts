import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { ChildChange } from "../../packages/kro-preview/index.ts";
import { apply, kubectl, pullRequest, Stack, sandbox, story, until } from "./kit/index.ts";

const stack = new Stack();
const preview = (configFile: string, ...args: string[]) => stack.carts("preview", configFile, ...args);
const TABLE = "eks-workshop-auto-carts-kro";
const IMAGE = "public.ecr.aws/aws-containers/retail-store-sample-cart";

/** A config file with an environment variable that is a secret. */
async function config(values: Readonly<Record<string, unknown>>, secret: string): Promise<string> {
  const file = await stack.configFile(values);
  await stack.succeed("config set --secret environment", file, { args: [JSON.stringify({ API_KEY: secret })] });
  return file;
}

const FIRST = "the-first-api-key-nobody-may-see";
const SECOND = "the-second-api-key-nobody-may-see";

const children = (json: string): (ChildChange & { instance: string; otherStack: boolean })[] =>
  JSON.parse(json).children;
const changed = (json: string) => children(json).filter(({ action }) => action !== "same");

story("carts preview", () => {
  let same: string;
  let newImage: string;

  before(async () => {
    await stack.init();
    same = await config({}, FIRST);
    newImage = await config({ imageVersion: "1.4.0" }, FIRST);
  });

  it("is there as `npx carts` after npm ci, without a registry", async () => {
    const env = {
      ...sandbox.env,
      npm_config_cache: join(sandbox.folder, "npm"),
      npm_config_registry: "http://127.0.0.1:9",
    };
    const { stdout } = await sandbox.succeed("npx", ["--no", "carts", "preview", "--help"], { env });
    assert.match(stdout, /^Usage: carts preview/);
  });

  it("shows a stack that is new: all of it is created, and kro creates six children", async () => {
    const previewed = await preview(same, "--format", "json");
    assert.equal(previewed.code, 2, previewed.stderr);
    assert.deepEqual(
      children(previewed.stdout).map(({ wave, kind, action }) => `${wave} ${kind} ${action}`),
      ["1 Namespace", "2 Table", "3 ConfigMap", "3 ServiceAccount", "4 Deployment", "4 Service"].map(
        (child) => `${child} create`,
      ),
    );
  });

  it("shows no change, and exits with 0, once it is up", async () => {
    await stack.up(same);
    const { code, stdout, stderr } = await preview(same);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, "No change in carts-stack/e2e.\n");
    assert.match(stderr, /waiting for Pulumi's preview of stack e2e/);
  });

  it("shows a new image version as an update of the Deployment, and exits with 2", async () => {
    const previewed = await preview(newImage, "--format", "json");
    assert.equal(previewed.code, 2, previewed.stderr);
    const [deployment, ...others] = changed(previewed.stdout);
    assert.deepEqual(others, []);
    assert.deepEqual(
      [deployment!.kind, deployment!.action, deployment!.instance],
      ["Deployment", "update", "default/carts-kro"],
    );
    assert.deepEqual(
      deployment!.fields.map(({ before, after }) => [before, after]),
      [[`${IMAGE}:1.3.0`, `${IMAGE}:1.4.0`]],
    );
    assert.deepEqual(
      deployment!.dangers.map(({ name }) => name),
      ["rollout"],
    );
    assert.equal(children(previewed.stdout).length, 6);
  });

  it("exits with 3 for a danger that is not allowed", async () => {
    const refused = await preview(newImage, "--fail-on-danger");
    assert.equal(refused.code, 3);
    assert.match(refused.stderr, /to accept that: --allow rollout$/m);
    assert.match(refused.stdout, /rollout/, "the report is there all the same");
    assert.equal((await preview(newImage, "--fail-on-danger", "--allow", "rollout,table-replaced")).code, 2);
  });

  it("shows a new table name as a replacement that leaves a table behind", async () => {
    const newTable = await config({ tableName: `${TABLE}-2` }, FIRST);
    const previewed = await preview(newTable, "--format", "json", "--fail-on-danger", "--allow", "namespace-replaced");
    assert.equal(previewed.code, 3, previewed.stderr);
    assert.match(previewed.stderr, /--allow table-replaced,table-retained$/m);
    assert.ok(children(previewed.stdout).every(({ action }) => action === "replace"));
  });

  it("notices a secret that changed, and shows no secret anywhere", async () => {
    const newSecret = await config({}, SECOND);
    const file = join(sandbox.folder, "report.json");
    const tree = await preview(newSecret, "--format", "tree", "--all", "--json", file);
    const markdown = await preview(newSecret, "--format", "markdown");
    const json = await readFile(file, "utf8");
    for (const { code, stdout, stderr } of [tree, markdown]) {
      assert.equal(code, 2, stderr);
      assert.match(stdout, /\[secret\]/);
    }
    for (const text of [tree.stdout, tree.stderr, markdown.stdout, markdown.stderr, json]) {
      assert.ok(!text.includes(FIRST) && !text.includes(SECOND));
    }
    assert.deepEqual(
      changed(json).map(({ kind, dangers }) => [kind, dangers.map(({ name }) => name)]),
      [["Deployment", ["rollout"]]],
    );
  });

  it("exits with 1 and the program's own error for a bad config, without a report", async () => {
    const bad = await config({ namespace: "Carts" }, FIRST);
    const { code, stdout, stderr } = await preview(bad);
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /carts-stack:namespace is "Carts", but must be a DNS label/);
    assert.match(
      stderr,
      /^error: Pulumi's preview failed: the config of this stack can.t be used; nothing was changed: carts-stack:namespace is "Carts", .*, see above$/m,
    );
    assert.doesNotMatch(stderr, /^\s+at /m);
  });

  it("exits with 1 and one line for what is used wrongly", async () => {
    for (const [args, message] of [
      [["--allow", "nothing"], /There is no danger "nothing"/],
      [["--format", "pdf"], /Allowed choices are tree, markdown, html, json/],
      [["--cwd", "/"], /there is no Pulumi project in \//],
      [["--rgd", "nowhere.yaml"], /there is no file or folder nowhere\.yaml/],
      [["--config-file", "nowhere.yaml"], /there is no config file .*nowhere\.yaml/],
      [["--stack", "nowhere"], /no stack named 'nowhere' found/],
    ] as const) {
      const { code, stdout, stderr } = await preview(same, ...args);
      assert.equal(code, 1, stderr);
      assert.equal(stdout, "");
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /^\s+at /m);
    }
  });

  it("refuses an RGD that kro would refuse, and names the node and the expression", async () => {
    const cwd = await pullRequest("misspelt");
    const { code, stdout, stderr } = await preview(same, "--cwd", cwd);
    assert.equal(code, 1, stderr);
    assert.equal(stdout, "");
    assert.match(stderr, /^error: ResourceGraphDefinition cartsstack: node "deployment".*imageVersio/m);
  });

  it("shows what an RGD's change does to instances of other stacks, with --cluster", async () => {
    const other = {
      apiVersion: "kro.run/v1alpha1",
      kind: "CartsStack",
      metadata: { name: "other", namespace: "default" },
    };
    await apply({ ...other, spec: { tableName: `${TABLE}-other`, namespace: "other" } });
    const cwd = await pullRequest("no-scrape");
    const previewed = await preview(same, "--cwd", cwd, "--cluster", "--format", "json");
    assert.equal(previewed.code, 2, previewed.stderr);
    assert.deepEqual(
      changed(previewed.stdout).map(({ instance, otherStack, namespace, kind }) => ({
        instance,
        otherStack,
        namespace,
        kind,
      })),
      [
        { instance: "default/carts-kro", otherStack: false, namespace: "carts-kro", kind: "Deployment" },
        { instance: "default/other", otherStack: true, namespace: "other", kind: "Deployment" },
      ],
    );
    await kubectl("delete", "cartsstack", "other", "--wait=false");
  });

  it("is cancelled by Ctrl-C", async () => {
    const { child, finished, output } = await stack.begin("preview", same);
    await until("Pulumi is at work", () => output().includes("Previewing update"));
    child.kill("SIGINT");
    const { code, stdout } = await finished;
    assert.deepEqual([code, stdout], [130, ""]);
  });

  it("needs no cluster for a stack that exists", async () => {
    const kubeconfig = sandbox.env.KUBECONFIG!;
    const reachable = await readFile(kubeconfig, "utf8");
    await writeFile(kubeconfig, reachable.replace(/server: .*/, "server: https://127.0.0.1:2"));
    await assert.rejects(kubectl("get", "nodes"));
    const cwd = await pullRequest("no-scrape");
    const previewed = await preview(newImage, "--cwd", cwd, "--cluster", "--format", "json");
    await writeFile(kubeconfig, reachable);
    assert.equal(previewed.code, 2, previewed.stderr);
    assert.equal(changed(previewed.stdout)[0]!.fields.length, 2);
    assert.match(JSON.parse(previewed.stdout).notes.join(), /other stacks own were not looked for: .*ECONNREFUSED/);
  });

  it("shows no side of a value that is set again with --secret, and no change where it is the same", async () => {
    const plain = await stack.configFile({ environment: { API_KEY: FIRST } });
    await stack.up(plain);
    const again = await preview(same);
    assert.equal(again.code, 0, again.stdout);
    const other = await config({}, SECOND);
    for (const format of ["tree", "markdown", "json"]) {
      const { code, stdout, stderr } = await preview(other, "--format", format, "--all");
      assert.equal(code, 2, stderr);
      assert.match(stdout, /rollout/);
      assert.ok(![FIRST, SECOND].some((text) => `${stdout}${stderr}`.includes(text)), format);
    }
  });

  it("is not misled by a secret whose text is also a word of the RGD and the instance", async () => {
    const file = await stack.configFile({});
    await stack.up(file);
    await stack.succeed("config set --secret imageVersion 1.3.0", file);
    const again = await preview(file);
    assert.equal(again.code, 0, `${again.stdout}${again.stderr}`);
    await stack.succeed("config set --secret environment", file, { args: [JSON.stringify({ DB_USER: "default" })] });
    await stack.succeed("config set --secret namespace carts-kro", file);
    const refused = await preview(file, "--fail-on-danger", "--format", "json");
    assert.equal(refused.code, 3, refused.stderr);
    const { dangers, notes } = JSON.parse(refused.stdout);
    assert.deepEqual([dangers.map(({ name }: { name: string }) => name), notes], [["rollout"], []]);
    assert.deepEqual(
      changed(refused.stdout).map(({ kind }) => kind),
      ["Deployment"],
    );
  });

  it("has carts drift notice a secret that somebody changed, and show it as little", async () => {
    const drift = () => stack.carts("drift", same);
    await stack.up(same);
    assert.equal((await drift()).stdout, "No drift in carts-stack/e2e.\n");
    const spec = { environment: [{ name: "API_KEY", value: SECOND }] };
    await kubectl("patch", "cartsstack", "carts-kro", "--type=merge", "-p", JSON.stringify({ spec }));
    const { code, stdout, stderr } = await drift();
    assert.equal(code, 2, stderr);
    assert.match(stdout, /- spec\.environment: \[secret\]\n {4}\+ spec\.environment: \[secret\], by kubectl-patch\n/);
    assert.ok(![FIRST, SECOND].some((text) => `${stdout}${stderr}`.includes(text)));
  });

  it("has Pulumi leave out the state on the way of a preview, and never of what changes something", async () => {
    const folder = join(sandbox.folder, "told");
    await mkdir(folder, { recursive: true });
    const { stdout: real } = await sandbox.succeed("sh", ["-c", "command -v pulumi"]);
    const script = `#!/bin/sh\necho "$1 \${PULUMI_SKIP_CHECKPOINTS-unset}" >>'${folder}/log'\nexec '${real.trim()}' "$@"\n`;
    await writeFile(join(folder, "pulumi"), script, { mode: 0o755 });
    /** What Pulumi was told of it by a command, of what may change something, and of previews. */
    const told = async (command: string, file: string, env: NodeJS.ProcessEnv = {}) => {
      await writeFile(join(folder, "log"), "");
      const PATH = [folder, sandbox.env.PATH].join(delimiter);
      const { code, output } = await sandbox.run("node", await stack.cartsArgs(command, file), {
        env: { ...sandbox.env, PATH, ...env },
      });
      assert.ok(code === 0 || (command === "preview" && code === 2), output);
      const lines = (await readFile(join(folder, "log"), "utf8")).trim().split("\n");
      return [...new Set(lines.filter((line) => /^(preview|up|refresh|destroy|import) /.test(line)))].sort();
    };
    assert.deepEqual(await told("preview", newImage), ["preview true"]);
    assert.deepEqual(await told("preview", newImage, { PULUMI_SKIP_CHECKPOINTS: "false" }), ["preview false"]);
    // What somebody has changed is refreshed first.
    assert.deepEqual(await told("up", newImage), ["refresh unset", "up unset"]);
    assert.deepEqual(await told("destroy", newImage), ["destroy unset"]);
  });
});

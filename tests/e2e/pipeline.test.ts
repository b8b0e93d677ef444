import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ResourceState } from "../../automation/stack/index.ts";
import { killHard, makePending } from "./interrupted.ts";
import { apply, inVain, isThere, kubectl, patch, Stack, sandbox, story, until } from "./kit/index.ts";

const ESCAPE = "\u001b";
const INSTANCE = ["cartsstack", "carts-kro"] as const;
const stack = new Stack({ tableOnDestroy: "delete" });
const { carts } = stack;
const isMade = ({ type }: ResourceState): boolean => /^(aws|kubernetes):/.test(type);
const causeOf = (stdout: string): { name: string; object: string; message: string } => JSON.parse(stdout).cause;

/** Begins an update whose image never comes, and waits until kro works on it. */
async function beginEndless(imageVersion: string, ...args: string[]) {
  const running = await stack.begin("up", { imageVersion }, ...args);
  await until("the Deployment fails", () => running.output().includes("ImagePullBackOff"));
  return running;
}

/** Sets the time from scheduled to Ready. */
const podsTake = (seconds: number): Promise<string> =>
  patch("stage", "pod-ready", { spec: { delay: { durationMilliseconds: seconds * 1000 } } });

story("carts up, status, drift, outputs and destroy", () => {
  let made: ResourceState[];

  before(stack.init);

  it("explains a killed run's lock and pending creates, and with --resume recovers all five resources, though it is killed, too", async () => {
    const running = await stack.begin("up");
    await until("the instance is there", () => isThere(...INSTANCE));
    await killHard(running);
    const locked = await carts("up", {}, "--json");
    assert.equal(locked.code, 4, locked.stderr);
    assert.match(
      causeOf(locked.stdout).message,
      /is locked by \S+ on \S+ \(process \d+\) since .*: it was killed\..*--resume/,
    );

    const { resources, pending_operations = [] } = await stack.state();
    made = [...resources.filter(isMade), ...pending_operations.map(({ resource }) => resource)];
    assert.equal(made.length, 5);
    await makePending(stack, made);
    const taking = await stack.begin("up", {}, "--resume");
    await until("all are in the state again", async () => (await stack.state()).resources.filter(isMade).length === 5);
    await killHard(taking);
    assert.equal(taking.output().match(/: taken back$/gm)?.length, 5, taking.output());

    const { code, stdout, stderr } = await carts("up", {}, "--resume", "--json");
    assert.equal(code, 0, stderr);
    const { changes, instances } = JSON.parse(stdout);
    assert.equal(changes.create, undefined, "everything was there");
    assert.equal(instances[0].phase, "ready");
    made = (await stack.state()).resources.filter(isMade);
    assert.equal(made.length, 5);
    assert.deepEqual(
      made.filter(({ outputs = {} }) => Object.keys(outputs).length === 0),
      [],
    );
  });

  it("prints outputs, on stdout alone", async () => {
    const { code, stdout, stderr } = await carts("outputs", {}, "--json");
    assert.deepEqual([code, stderr], [0, ""]);
    assert.equal(JSON.parse(stdout).tableArn.split("/")[1], "eks-workshop-auto-carts-kro");
    assert.match((await carts("outputs")).stdout, /^namespace: carts-kro$/m);
  });

  it("shows each child's status", async () => {
    const { code, stdout, stderr } = await carts("status", {}, "--json");
    assert.equal(code, 0, stderr);
    const { ready, instances } = JSON.parse(stdout);
    const children = (instances[0].children as { wave: number; kind: string; phase: string }[]).map(
      ({ wave, kind, phase }) => `${wave} ${kind} ${phase}`,
    );
    const expected = ["1 Namespace", "2 Table", "3 ConfigMap", "3 ServiceAccount", "4 Deployment", "4 Service"];
    assert.deepEqual([ready, children], [true, expected.map((child) => `${child} ready`)]);
    assert.match((await carts("status")).stdout, /✓ Table carts-kro\/carts-table {2}ready/);
  });

  it("shows drift as a diff with exit code 2, and none after an update", async () => {
    assert.equal((await carts("drift")).stdout, "No drift in carts-stack/e2e.\n");
    await patch(...INSTANCE, { spec: { replicas: 2 } });
    const drifted = await carts("drift");
    assert.equal(drifted.code, 2, drifted.stderr);
    assert.match(
      drifted.stdout,
      /~ kubernetes:kro\.run\/v1alpha1:CartsStack carts: changed\n {4}- spec\.replicas: 1\n {4}\+ spec\.replicas: 2/,
    );
    assert.equal((await carts("drift", {}, "--json")).code, 2);
    await patch(...INSTANCE, { spec: { replicas: 1 } });
  });

  it("says in one line what the environment lacks", async () => {
    const { PULUMI_CONFIG_PASSPHRASE: _, ...bare } = sandbox.env;
    const lacking = { ...bare, PULUMI_BACKEND_URL: "file:///nowhere/at/all", PULUMI_CONFIG_PASSPHRASE: "" };
    for (const command of ["up", "status", "drift", "outputs", "verify", "destroy"]) {
      const args = await stack.cartsArgs(command);
      const run = (env: NodeJS.ProcessEnv) => sandbox.run("node", args, { cwd: sandbox.folder, env });
      const [locked, lost] = [await run(bare), await run(lacking)];
      assert.deepEqual([locked.code, locked.stdout, lost.code, lost.stdout], [1, "", 1, ""], command);
      assert.match(
        locked.stderr,
        /^(waiting .*\n)?error: .*PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE.*\n$/,
      );
      assert.match(lost.stderr, /^(waiting .*\n)?error: .*nowhere.*PULUMI_BACKEND_URL.*\n$/);
    }
  });

  it("looks into the stack's own cluster when its kubeconfig is a secret, and $KUBECONFIG is of another", async () => {
    const file = await stack.configFile({ imageVersion: "1.2.0" });
    const text = await readFile(sandbox.env.KUBECONFIG!, "utf8");
    const key = ["carts-stack:kubeconfig", text, "--secret", "--stack", "e2e", "--config-file", file];
    await sandbox.succeed("pulumi", ["config", "set", ...key]);
    const env = { ...sandbox.env, KUBECONFIG: join(sandbox.folder, "nothing") };
    const options = { cwd: sandbox.folder, env };
    const up = await sandbox.run("node", [...(await stack.cartsArgs("up", file)), "--json"], options);
    assert.equal(up.code, 0, up.stderr);
    assert.equal(JSON.parse(up.stdout).instances[0]?.phase, "ready", up.stderr);
    const status = await sandbox.run("node", await stack.cartsArgs("status", file), options);
    assert.equal(status.code, 0, status.stderr);
    assert.match(status.stdout, /✓ Table carts-kro\/carts-table {2}ready/);
  });

  it("redraws a tree on a terminal, and prints a line per change elsewhere", async () => {
    const terminal = await stack.onTerminal("up", { imageVersion: "1.4.0" });
    assert.equal(terminal.code, 0, terminal.stdout);
    assert.ok(terminal.stdout.includes(`${ESCAPE}[2K`), "it erases what it drew");
    assert.match(terminal.stdout, /└─ wave 4\r\n {3}├─ .*Deployment carts-kro\/carts {2}(not )?ready/);
    // On a slow machine an update can be done before the command has begun to look.
    await podsTake(8);
    const pipe = await carts("up", { imageVersion: "1.5.0" });
    await podsTake(2);
    assert.equal(pipe.code, 0, pipe.stderr);
    assert.match(pipe.stderr, /^ +\d+s {2}wave 4 {2}Deployment carts-kro\/carts: not ready: /m);
    assert.ok(!`${pipe.stdout}${pipe.stderr}`.includes(ESCAPE));
    assert.match(pipe.stdout, /^tableArn: arn:/m);
  });

  it("says who holds the lock of a running update, and does not break it; is cancelled by SIGINT, and goes on", async () => {
    const running = await beginEndless("broken-1");
    const second = await carts("up", {}, "--resume", "--json");
    assert.equal(second.code, 4, second.stderr);
    assert.match(causeOf(second.stdout).message, /is locked by .*\(process \d+\) since .* is still running/);
    const preview = await carts("preview", { imageVersion: "1.5.0" }, "--json");
    assert.equal(preview.code, 0, preview.stderr);
    assert.match(JSON.parse(preview.stdout).running, /^an update of this stack by \S+ on \S+ is running since .*Z: /);
    running.child.kill("SIGINT");
    const { code, stderr } = await running.finished;
    assert.equal(code, 130, stderr);
    assert.match(stderr, /is not locked, .* goes on/);
    assert.equal((await stack.state()).pending_operations, undefined);
    const next = await carts("up");
    assert.equal(next.code, 0, next.stderr);
  });

  it("is cancelled by SIGTERM, and by --timeout with the reason", async () => {
    const running = await beginEndless("broken-2");
    running.child.kill("SIGTERM");
    assert.equal((await running.finished).code, 130);
    const reason = /^error: Pod .* can't get its image .*:broken-3/m;
    const late = await inVain(
      async (time) => {
        const { code, stderr } = await carts("up", { imageVersion: "broken-3" }, "--timeout", time);
        assert.equal(code, 124, stderr);
        assert.equal((await stack.state()).pending_operations, undefined);
        return stderr;
      },
      (stderr) => reason.test(stderr),
    );
    assert.match(late, reason);
  });

  it("destroys the stack, and shows each child go", async () => {
    const { code, stderr } = await carts("destroy");
    assert.equal(code, 0, stderr);
    assert.match(stderr, /CartsStack default\/carts-kro: being deleted/);
    assert.equal(await isThere(...INSTANCE), false);
    assert.equal((await stack.state()).resources?.filter(isMade).length ?? 0, 0);
  });

  it("does not take over what somebody else made", async () => {
    const definition = made.find(({ type }) => type.endsWith(":ResourceGraphDefinition"))!;
    const { apiVersion, kind, metadata, spec } = definition.inputs as Record<string, unknown>;
    const running = await stack.begin("up");
    await until("the role is there", async () =>
      (await stack.state()).resources?.some(({ type }) => /Role$/.test(type)),
    );
    await killHard(running);
    // In place of what the killed run may have come to.
    await kubectl("delete", ...INSTANCE, "--ignore-not-found");
    await kubectl("delete", "rgd", "cartsstack", "--ignore-not-found");
    await apply({ apiVersion, kind, metadata, spec });
    await makePending(stack, [definition]);
    const { resources } = await stack.state();
    const { code, stderr } = await carts("up", {}, "--resume");
    assert.equal(code, 1, stderr);
    assert.match(
      stderr,
      /ResourceGraphDefinition carts-definition is there .*, but is not this stack's own to take back: .*kubectl/,
    );
    assert.deepEqual((await stack.state()).resources.length, resources.length, "the state is as it was");
    assert.ok(await isThere("rgd", "cartsstack"));
  });
});

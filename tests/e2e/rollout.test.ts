import assert from "node:assert/strict";
import { join } from "node:path";
import type { RolloutReport } from "../../automation/rollout/index.ts";
import type { LiveObject } from "../../packages/live/index.ts";
import * as aws from "./aws.ts";
import { killHard } from "./interrupted.ts";
import {
  apply,
  CLONE,
  CLUSTER_NAME,
  type Finished,
  get,
  kubectl,
  PROGRAMS,
  pullRequest,
  type Running,
  Stack,
  sandbox,
  story,
  TestStack,
  until,
  writes,
} from "./kit/index.ts";

const DOOR = join(CLONE, "automation/carts.mjs");
const PROGRAM = join(CLONE, PROGRAMS, "rollout");
const ROLE = "carts-rollout";
const COUNT = 30;
const NAMES = Array.from({ length: COUNT }, (_, i) => `r${String(i).padStart(2, "0")}`);
const idOf = (name: string) => `default/${name}`;
const CANARIES = NAMES.slice(0, 3);
const OTHERS = NAMES.slice(3);
/** Someone has suspended it. */
const ASIDE = "aside";

const platform = new TestStack(sandbox, { project: "platform", name: "prod", program: PROGRAM });
const GOOD = { label: "one" };
const BROKEN = { label: "one", suffix: "-broken" };
const BETTER = { label: "two" };

const begin = async (command: string, config: Readonly<Record<string, string>>, ...args: string[]): Promise<Running> =>
  sandbox.begin("node", [DOOR, command, ...(await platform.args(config)), "--cwd", PROGRAM, "--json", ...args]);
const carts = async (...args: Parameters<typeof begin>): Promise<Finished> => (await begin(...args)).finished;

function reportOf({ code, stdout, output }: Finished, expected: number): RolloutReport {
  assert.equal(code, expected, output);
  return JSON.parse(stdout) as RolloutReport;
}

interface List {
  readonly items: readonly LiveObject[];
}

const instances = async () => (await get<List>("cartsstacks", "-A"))!.items;
const isReady = ({ status }: LiveObject) =>
  status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true;
const suspended = async () =>
  (await instances())
    .filter(
      ({ metadata: { annotations = {} } }) =>
        "kro.run/reconcile" in annotations || "carts-stack/rollout" in annotations,
    )
    .map(({ metadata }) => metadata.name);

/** All that kro has made for instances, with their pods: what would be another if anything were touched. */
async function children(names: readonly string[]): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const lists = await Promise.all([
    get<List>("deployments,configmaps,serviceaccounts,services", "-A", "-l", "kro.run/owned=true"),
    get<List>("tables.dynamodb.services.k8s.aws", "-A"),
    get<List>("pods", "-A"),
  ]);
  const all = lists.flatMap((list) => list!.items).filter(({ metadata }) => names.includes(metadata.namespace!));
  return Object.fromEntries(
    all.map(({ kind, metadata: { namespace, name, uid, resourceVersion } }) => [
      `${kind} ${namespace}/${name}`,
      [uid, resourceVersion],
    ]),
  );
}

const labelsOf = async (names: readonly string[]) => {
  const { items } = (await get<List>("deployments", "-A", "-l", "kro.run/owned=true"))!;
  const found = items.filter(({ metadata }) => names.includes(metadata.namespace!));
  return new Set(
    found.map(
      ({ spec }) =>
        (spec as { template: { metadata: { labels: Record<string, string> } } }).template.metadata.labels[
          "example.com/change"
        ],
    ),
  );
};

/** Nothing is held, all is Ready, and state, cluster and program are one. */
async function assertWhole(config: Readonly<Record<string, string>>): Promise<void> {
  assert.deepEqual(await suspended(), [ASIDE]);
  const rgd = await get<LiveObject>("rgd", "cartsstack");
  assert.equal(rgd!.metadata.annotations?.["carts-stack/rollout"], undefined);
  const sick = (await instances()).filter((one) => !isReady(one)).map(({ metadata }) => metadata.name);
  assert.deepEqual(sick, [ASIDE]);
  await platform.succeed("preview --refresh --expect-no-changes", config);
}

story("a change of an RGD over 30 instances, in stages", () => {
  before(async () => {
    await platform.init();
    await platform.up(GOOD);
    await aws.makePodRole(ROLE, "*");
    for (const name of [...NAMES, ASIDE]) await aws.associate(name, "carts", ROLE);
    await apply(
      [...NAMES, ASIDE].map((name) => ({
        apiVersion: "kro.run/v1alpha1",
        kind: "CartsStack",
        metadata: { name, namespace: "default" },
        spec: {
          tableName: `${CLUSTER_NAME}-carts-${name}`,
          namespace: name,
          resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "1Gi" } },
        },
      })),
    );
    await until("all are Ready", async () => (await instances()).every(isReady), 240);
    await kubectl("annotate", "cartsstack", ASIDE, "kro.run/reconcile=suspended");
    await aws.putItems(`${CLUSTER_NAME}-carts-${CANARIES[0]}`, 3);
  });

  it("is shown, and nothing is changed without a yes", async () => {
    const versions = async () =>
      [(await get<LiveObject>("rgd", "cartsstack"))!, ...(await instances())].map(
        ({ metadata }) => metadata.resourceVersion,
      );
    const before = await versions();
    const { stages, result, notes } = reportOf(
      await carts("rollout", BROKEN, "--canary", "3", "--stages", "10,100%"),
      2,
    );
    assert.equal(result, "asked");
    assert.deepEqual(
      stages.map(({ instances, state }) => [instances.length, state]),
      [3, 7, 20].map((number) => [number, "untouched"]),
    );
    assert.match(notes.join("\n"), /suspended by somebody else, and left as they are.*: default\/aside$/m);
    assert.deepEqual(await versions(), before);
  });

  it("is halted by an image that is not there with 27 untouched, and comes back", async () => {
    const before = await children(OTHERS);
    const table = await aws.table(`${CLUSTER_NAME}-carts-${CANARIES[0]}`);
    const from = sandbox.auditEnd();
    const args = ["--canary", "3", "--stages", "10,100%", "--soak", "2s", "--yes"];
    const finished = await carts("rollout", BROKEN, ...args);
    const { result, back, stages, held, sick, cause } = reportOf(finished, 1);
    assert.deepEqual([result, back, held, sick], ["failed", "done", [], []]);
    assert.deepEqual([cause!.name, /-broken: ImagePullBackOff/.test(cause!.message)], ["image-pull", true]);
    assert.deepEqual(
      stages.map(({ instances, state }) => [instances.length, state]),
      [
        [3, "failed"],
        [7, "untouched"],
        [20, "untouched"],
      ],
    );
    assert.deepEqual(stages[0]!.instances, CANARIES.map(idOf));
    assert.match(finished.stderr, /3 instances went back to the last good definition, 27 were never touched/);
    assert.match(finished.stderr, /The program still declares the one that was refused: revert that commit/);
    assert.deepEqual(await children(OTHERS), before, "of the 27, every object is the one that it was");
    // kro writes again what is as it was, and the API server keeps it as it is.
    const touched = new Set(
      writes(from)
        .filter(({ resource }) => resource === "pods")
        .map(({ namespace }) => namespace),
    );
    assert.deepEqual(
      [...touched].filter((namespace) => !CANARIES.includes(namespace)),
      [],
    );
    const after = await aws.table(`${CLUSTER_NAME}-carts-${CANARIES[0]}`);
    assert.equal(after.TableId, table.TableId);
    assert.equal(await aws.countItems(after.TableName!), 3);
    // kro's CRD has lost again what the change had added, and refuses that the next time.
    const crd = JSON.stringify(await get("crd", "cartsstacks.kro.run"));
    assert.deepEqual([crd.includes('"note"'), crd.includes('"tableName"')], [false, true]);
    const { annotations = {} } = (await get<LiveObject>("rgd", "cartsstack"))!.metadata;
    assert.equal("kro.run/allow-breaking-changes" in annotations, false);
    await assertWhole(GOOD);
  });

  it("reaches every instance in the order of the stages when it is good", async () => {
    const from = sandbox.auditEnd();
    const args = ["--canary", "default/r29,default/r28,default/r27", "--stages", "10,100%", "--soak", "2s", "--yes"];
    const { result, stages } = reportOf(await carts("rollout", BETTER, ...args), 0);
    assert.equal(result, "succeeded");
    assert.deepEqual(
      stages.map(({ state }) => state),
      ["verified", "verified", "verified"],
    );
    assert.deepEqual(await labelsOf(NAMES), new Set(["two"]));
    assert.deepEqual(await labelsOf([ASIDE]), new Set(["one"]), "what somebody else has suspended is left alone");
    // A pod is made only where a Deployment has changed.
    const made = writes(from).filter(({ verb, resource }) => verb === "create" && resource === "pods");
    const times = stages.map(({ instances }) => {
      const own = made.filter(({ namespace }) => instances.includes(idOf(namespace)));
      assert.equal(own.length, instances.length);
      return [Math.min(...own.map(({ from }) => from)), Math.max(...own.map(({ to }) => to))] as const;
    });
    for (const [i, [first]] of times.entries()) assert.ok(i === 0 || first > times[i - 1]![1], `stage ${i + 1}`);
    await assertWhole(BETTER);
  });

  it("has nothing to do then", async () => {
    assert.equal(reportOf(await carts("rollout", BETTER, "--yes"), 0).result, "nothing");
    assert.equal(reportOf(await carts("rollout", BETTER, "--back"), 0).result, "nothing");
  });

  const ARGS = ["--canary", "3", "--stages", "100%", "--soak", "3s", "--yes"];

  it("killed while Pulumi changes the RGD, is told by every command, and goes on", async () => {
    const running = await begin("rollout", GOOD, ...ARGS);
    await until("Pulumi is at it", () => /api-definition updat/.test(running.output()));
    await killHard(running);
    assert.equal((await suspended()).length, COUNT + 1);
    const again = await carts("rollout", GOOD, "--yes");
    assert.equal(again.code === 0, false);
    assert.match(again.output, /--resume/);
    const up = await carts("up", GOOD, "--resume");
    assert.equal(up.code, 4, up.output);
    const { cause } = JSON.parse(up.stdout);
    assert.deepEqual([cause.name, cause.object], ["held-by-rollout", "ResourceGraphDefinition cartsstack"]);
    assert.match(cause.message, /`carts rollout --resume` goes on with it, `carts rollout --back` goes back/);
    const destroy = await carts("destroy", GOOD);
    assert.deepEqual([destroy.code, JSON.parse(destroy.stdout).cause.name], [4, "held-by-rollout"]);
    assert.match((await carts("doctor", GOOD)).stdout, /a rollout of ResourceGraphDefinition cartsstack/);
    assert.equal(JSON.parse((await carts("status", GOOD)).stdout).cause.name, "held-by-rollout");
    const { result } = reportOf(await carts("rollout", GOOD, "--resume"), 0);
    assert.equal(result, "succeeded");
    assert.deepEqual(await labelsOf(NAMES), new Set(["one"]));
    await assertWhole(GOOD);
  });

  it("killed when all are held, goes back", async () => {
    const before = await children(NAMES);
    const running = await begin("rollout", BETTER, ...ARGS);
    await until("all are held", async () => (await suspended()).length === COUNT + 1);
    await killHard(running);
    const { result, back } = reportOf(await carts("rollout", BETTER, "--back"), 0);
    assert.deepEqual([result, back], ["succeeded", "done"]);
    assert.deepEqual(await children(NAMES), before);
    await assertWhole(GOOD);
  });

  it("killed between two stages, goes back; and killed on that way, goes on with it", async () => {
    const running = await begin("rollout", BETTER, ...ARGS);
    await until("a stage is let go", () => /stage 1: 3 instances let go/.test(running.output()));
    await until("it is well", () => /looking on/.test(running.output()));
    await killHard(running);
    const back = await begin("rollout", BETTER, "--back");
    await until("Pulumi is at it", () => /api-definition updat/.test(back.output()));
    await killHard(back);
    const { result } = reportOf(await carts("rollout", BETTER, "--resume"), 0);
    assert.equal(result, "succeeded");
    assert.deepEqual(await labelsOf(NAMES), new Set(["one"]));
    await assertWhole(GOOD);
  });

  it("interrupted, goes back", async () => {
    const running = await begin("rollout", BETTER, ...ARGS);
    await until("a stage is let go", () => /stage 1: 3 instances let go/.test(running.output()));
    running.child.kill("SIGINT");
    const finished = await running.finished;
    const { result, back, held, stages } = reportOf(finished, 130);
    assert.deepEqual([result, back, held], ["interrupted", "done", []]);
    assert.deepEqual(
      stages.map(({ state }) => state),
      ["failed", "untouched"],
    );
    assert.match(finished.stderr, /3 instances went back to the last good definition, 27 were never touched/);
    await assertWhole(GOOD);
  });

  it("gone on with by another command while it is still at it, is that one's alone", async () => {
    const running = await begin("rollout", BETTER, ...ARGS);
    await until("a stage is let go", () => /stage 1: 3 instances let go/.test(running.output()));
    assert.equal(reportOf(await carts("rollout", BETTER, "--back"), 0).back, "done");
    const { result, back, cause } = reportOf(await running.finished, 1);
    assert.deepEqual([result, back], ["failed", undefined]);
    assert.match(cause!.message, /another (`carts rollout --resume` or `--back` goes on with|command has ended) this/);
    assert.deepEqual(await labelsOf(NAMES), new Set(["one"]));
    await assertWhole(GOOD);
  });

  it("held for somebody to look at, names the two ways on; what is held goes with its stack all the same", async () => {
    const args = ["--canary", "3", "--stages", "100%", "--soak", "2s", "--yes", "--on-failure", "hold"];
    const finished = await carts("rollout", BROKEN, ...args);
    const { back, held } = reportOf(finished, 1);
    assert.deepEqual([back, held.length], [undefined, 27]);
    assert.match(
      finished.stderr,
      /`carts rollout --resume --stack prod` goes on, `carts rollout --back --stack prod` goes back/,
    );
    await kubectl("delete", "cartsstack", "r29", "--timeout=60s");
    assert.equal(reportOf(await carts("rollout", BROKEN, "--back"), 0).back, "done");
    await assertWhole(GOOD);
  });

  it("whose record somebody has deleted, is still found by its marks, and let go", async () => {
    const running = await begin("rollout", BETTER, ...ARGS);
    await until("a stage is let go", () => /stage 1: 3 instances let go/.test(running.output()));
    await killHard(running);
    await kubectl("annotate", "rgd", "cartsstack", "carts-stack/rollout-");
    assert.match((await carts("rollout", BETTER, "--yes")).output, /`carts rollout --back` lets go/);
    assert.equal(reportOf(await carts("rollout", BETTER, "--back"), 0).result, "succeeded");
    assert.deepEqual(await suspended(), [ASIDE]);
    await until("all are Ready", async () => (await instances()).filter((one) => !isReady(one)).length === 1, 120);
  });
});

story("a change of the RGD that a CartsStack makes for itself", () => {
  const stack = new Stack();
  const { carts } = stack;
  /** Of each resource, all but what the engine notes of itself; of the RGD not what the cluster says of it. */
  const kept = async () =>
    Object.fromEntries(
      (await stack.state()).resources
        .filter(({ urn }) => !/::default(_|$)/.test(urn))
        .map((resource) => {
          const { outputs, ...rest } = resource as unknown as Readonly<Record<string, unknown>>;
          const { created: _, modified: __, sourcePosition: ___, stackTrace: ____, ...own } = rest;
          return [resource.urn, /:ResourceGraphDefinition::/.test(resource.urn) ? own : { ...own, outputs }];
        }),
    );

  before(async () => {
    await stack.init();
    await stack.up();
  });

  it("comes back where it fails: all of the stack's state is what it was, and so are its outputs", async () => {
    const [before, outputs] = [await kept(), await stack.outputs()];
    const cwd = await pullRequest("broken-image");
    const { result, back, notes } = reportOf(
      await carts("rollout", {}, "--cwd", cwd, "--soak", "1s", "--yes", "--json"),
      1,
    );
    assert.deepEqual([result, back], ["failed", "done"]);
    assert.match(
      notes.join("\n"),
      /what else the program changes waits for a `carts up` after the rollout: carts \(update\)/,
    );
    assert.deepEqual(await kept(), before);
    assert.deepEqual(await stack.outputs(), outputs);
    await stack.succeed("preview --refresh --expect-no-changes");
  });

  it("stops an update of its stack at once, killed as it holds the instance; then goes on, and an update does the rest", async () => {
    const cwd = await pullRequest("no-scrape");
    const running = await stack.begin("rollout", {}, "--cwd", cwd, "--soak", "1s", "--yes");
    await until("it is held", () => /instance held/.test(running.output()));
    await until("kro has seen it", async () => {
      const { metadata, status } = (await get<LiveObject>("cartsstack", "carts-kro"))!;
      const isSeen = status?.conditions?.some(({ reason }) => reason === "ReconciliationSuspended");
      return "carts-stack/rollout" in (metadata.annotations ?? {}) && isSeen;
    });
    await killHard(running);
    const up = await carts("up", {}, "--resume", "--json");
    assert.deepEqual([up.code, JSON.parse(up.stdout).cause.name], [4, "held-by-rollout"], up.output);
    assert.match((await carts("verify", {})).output, /is held by a rollout of the stack/);
    assert.equal(reportOf(await carts("rollout", {}, "--cwd", cwd, "--resume", "--json"), 0).result, "succeeded");
    const { code, output } = await carts("up", {}, "--cwd", cwd);
    assert.equal(code, 0, output);
    await stack.succeed("preview --refresh --expect-no-changes", {}, { cwd });
  });
});

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RolloutReport } from "../../automation/rollout/index.ts";
import type { LiveObject } from "../../packages/live/index.ts";
import { killHard } from "./interrupted.ts";
import {
  apply,
  CLONE,
  type Finished,
  get,
  kubectl,
  letKro,
  PROGRAMS,
  type Running,
  sandbox,
  story,
  TestStack,
  until,
} from "./kit/index.ts";

const DOOR = join(CLONE, "automation/carts.mjs");
const programOf = (name: string) => join(CLONE, PROGRAMS, "shops", name);
const stackOf = (project: string, name: string) =>
  new TestStack(sandbox, { project, name: "prod", program: programOf(name) });
const platform = stackOf("shops", "platform");
const team = stackOf("shop-of-a-team", "team");

type Settings = Readonly<Record<string, string>>;

const begin = async (
  command: string,
  settings: Settings = {},
  args: readonly string[] = [],
  [stack, folder]: readonly [TestStack, string] = [platform, "platform"],
): Promise<Running> =>
  sandbox.begin("node", [DOOR, command, ...(await stack.args(settings)), "--cwd", programOf(folder), ...args]);
const carts = async (...args: Parameters<typeof begin>): Promise<Finished> => (await begin(...args)).finished;
const rollout = (settings: Settings, ...args: string[]) =>
  carts("rollout", settings, ["--json", "--soak", "1s", "--yes", ...args]);
const ofTeam = [team, "team"] as const;

function reportOf({ code, stdout, output }: Finished, expected: number): RolloutReport {
  assert.equal(code, expected, output);
  return JSON.parse(stdout) as RolloutReport;
}

const shops = async () => (await get<{ readonly items: readonly LiveObject[] }>("shops", "-A"))!.items;
const isReady = ({ status }: LiveObject) =>
  status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true;
const rgd = async () => (await get<LiveObject>("rgd", "shops"))!;
const suspended = async () =>
  (await shops())
    .filter(({ metadata: { annotations = {} } }) => "kro.run/reconcile" in annotations)
    .map(({ metadata }) => metadata.name);
const versions = async () => [await rgd(), ...(await shops())].map(({ metadata }) => metadata.resourceVersion);

/** Nothing is held, all is Ready, and the cluster is what the program says with these settings. */
async function assertWhole(settings: Settings): Promise<void> {
  assert.deepEqual(await suspended(), []);
  await until("all are Ready", async () => (await shops()).every(isReady));
  assert.equal((await rgd()).metadata.annotations?.["carts-stack/rollout"], undefined);
  await platform.succeed("preview --refresh --expect-no-changes", settings);
}

/** A kubeconfig of who may read everything, and hold instances in one namespace of two. */
async function ofDeployer(): Promise<string> {
  const read = { apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "watch"] };
  const patch = (resource: string) => ({ apiGroups: ["kro.run"], resources: [resource], verbs: ["patch"] });
  const subjects = [{ kind: "ServiceAccount", name: "deployer", namespace: "default" }];
  const rbac = { apiVersion: "rbac.authorization.k8s.io/v1", metadata: { name: "deployer" } };
  const metadata = { name: "deployer", namespace: "default" };
  const roleRef = (kind: string) => ({ apiGroup: "rbac.authorization.k8s.io", kind, name: "deployer" });
  await apply([
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    { ...rbac, kind: "ClusterRole", rules: [read, patch("resourcegraphdefinitions")] },
    { ...rbac, kind: "ClusterRoleBinding", subjects, roleRef: roleRef("ClusterRole") },
    { ...rbac, metadata, kind: "Role", rules: [patch("shops")] },
    { ...rbac, metadata, kind: "RoleBinding", subjects, roleRef: roleRef("Role") },
  ]);
  const token = (await kubectl("create", "token", "deployer")).trim();
  const config = JSON.parse(await kubectl("config", "view", "--raw", "-o", "json"));
  for (const one of config.users) one.user = { token };
  const file = join(sandbox.folder, "deployer.kubeconfig");
  await writeFile(file, JSON.stringify(config));
  return file;
}

/** A value that kro's compiler takes, and nobody can convert. */
const FAILS = "${string(int(config.metadata.uid))}";
const BETTER = { note: "better" };

story("a change of an RGD that can't work", () => {
  before(async () => {
    const verbs = ["get", "list", "watch", "patch", "update"];
    await letKro({ apiGroups: ["kro.run"], resources: ["shops", "shops/status"], verbs });
    await platform.init();
    await platform.up();
    await team.init();
    await team.up();
    const [one] = await shops();
    const { apiVersion, kind } = one!;
    await kubectl("create", "namespace", "other");
    await apply([{ apiVersion, kind, metadata: { name: "milk", namespace: "other" }, spec: { name: "milk" } }]);
    await until("all are Ready", async () => (await shops()).length === 4 && (await shops()).every(isReady), 120);
  });

  for (const [what, settings, message] of [
    [
      "kro may not make",
      { kind: "Secret" },
      /kro \(.*\) may not .*secrets.*kubectl create clusterrole kro-shops-\w{8} /,
    ],
    [
      "an expression never has a value of",
      { note: "${string(schema.spec.size)}" },
      /kro would fail at default\/coffee, /,
    ],
    ["the API server refuses in Pulumi's preview", { api: "Store" }, /Pulumi's preview failed/],
  ] as const) {
    it(`is refused before it begins where it is one that ${what}`, async () => {
      const before = await versions();
      const { result, refused } = reportOf(await rollout(settings), 4);
      assert.equal(result, "refused");
      assert.match(refused.join("\n"), message);
      assert.deepEqual(await versions(), before);
    });
  }

  it("is refused where you may not hold every instance, and none is held", async () => {
    const before = await versions();
    const { refused } = reportOf(await rollout(BETTER, "--kubeconfig", await ofDeployer()), 4);
    assert.match(refused.join("\n"), /you may not patch shops\.kro\.run in other: a rollout holds instances/);
    assert.deepEqual(await versions(), before);
  });

  it("is halted after a minute where an expression fails, with kro's own words", async () => {
    const { result, back, cause, stages } = reportOf(await rollout({ note: FAILS }), 1);
    assert.deepEqual([result, back, cause!.name], ["failed", "done", "expression-failed"]);
    assert.match(cause!.message, /eval ".*int\(config\.metadata\.uid\).*Mend the expression in the RGD/);
    assert.deepEqual(
      stages.map(({ instances, state }) => [instances.length, state]),
      [
        [1, "failed"],
        [1, "untouched"],
        [2, "untouched"],
      ],
    );
    await assertWhole({});
  });

  it("is remembered: an update of the same program does not begin, and every command tells", async () => {
    const before = await versions();
    const up = await carts("up", { note: FAILS }, ["--json"]);
    const { cause } = JSON.parse(up.stdout);
    assert.deepEqual([up.code, cause.name], [4, "rolled-back"], up.output);
    assert.match(cause.message, /went back from it at .*eval ".*--allow-rolled-back/);
    assert.deepEqual(await versions(), before);
    assert.match((await carts("status")).output, /went back from it at /);
    assert.match((await carts("rollout", { note: FAILS })).output, /this very definition was tried before: /);
    assert.equal((await carts("up")).code, 0, "the program as it was is another");
  });

  it("is forgotten once another definition is rolled out well", async () => {
    assert.equal(reportOf(await rollout(BETTER), 0).result, "succeeded");
    assert.equal((await rgd()).metadata.annotations?.["carts-stack/refused"], undefined);
    await assertWhole(BETTER);
  });

  it("is applied all the same by who says so, and is no news then", async () => {
    const running = await begin("rollout", {}, ["--json", "--soak", "60s", "--yes"]);
    await until("a stage is let go", () => /stage 1: 1 instance let go/.test(running.output()));
    running.child.kill("SIGINT");
    assert.equal(reportOf(await running.finished, 130).back, "done");
    assert.equal((await carts("up")).code, 4);
    const up = await carts("up", {}, ["--allow-rolled-back"]);
    assert.equal(up.code, 0, up.output);
    assert.equal((await rgd()).metadata.annotations?.["carts-stack/refused"], undefined);
    await assertWhole({});
  });

  it("is halted where kro can't write a status, which it says in its log alone, and is remembered", async () => {
    const { back, cause } = reportOf(await rollout({ told: FAILS }), 1);
    assert.deepEqual([back, cause!.name], ["done", "expression-failed"]);
    assert.match(
      cause!.message,
      /kro comes to Shop default\/coffee, but can't write its status: .*spec\.schema\.status/,
    );
    await assertWhole({});
    const up = await carts("up", { told: FAILS }, ["--json"]);
    assert.deepEqual([up.code, JSON.parse(up.stdout).cause.name], [4, "rolled-back"], up.output);
  });

  it("stops an update of a team's stack while it holds its instance; killed, it leaves what is named and let go", async () => {
    const running = await begin("rollout", BETTER, ["--json", "--soak", "60s", "--yes"]);
    await until("a stage is let go", () => /stage 1: 1 instance let go/.test(running.output()));
    const up = await carts("up", {}, ["--json"], ofTeam);
    const { cause } = JSON.parse(up.stdout);
    assert.deepEqual([up.code, cause.name, cause.object], [4, "held-by-rollout", "Shop default/water"], up.output);
    assert.match((await carts("status", {}, [], ofTeam)).output, /held by a rollout of the stack .*shops\/prod/);
    await killHard(running);
    await kubectl("annotate", "shop", "tea", "carts-stack/rollout-");
    // Of a GraphRevision nothing is needed: the last good definition is in the record.
    await kubectl("delete", "graphrevisions", "--all");
    const back = await carts("rollout", BETTER, ["--back", "--json"]);
    assert.match(reportOf(back, 0).notes.join("\n"), /suspended by somebody else, .*default\/tea/);
    assert.deepEqual(await suspended(), ["tea"]);
  });

  it("begins with none that a rollout has left suspended: every command names it, with what lets it go", async () => {
    const LEFT =
      /tea is suspended .* by a rollout whose mark .* somebody has taken off.*`kubectl annotate shop\.kro\.run\/tea -n default kro\.run\/reconcile-`/;
    assert.match(reportOf(await rollout(BETTER), 4).refused.join("\n"), LEFT);
    for (const command of ["up", "status", "verify"]) assert.match((await carts(command)).output, LEFT, command);
    await kubectl("annotate", "shop.kro.run/tea", "-n", "default", "kro.run/reconcile-");
    assert.equal(reportOf(await rollout(BETTER), 0).result, "succeeded");
    await assertWhole(BETTER);
  });

  it("goes back as far as it can where kro is stopped in the midst, and to the end once it runs again", async () => {
    const running = await begin("rollout", { note: "other" }, ["--json", "--soak", "8s", "--yes"]);
    await until("it is looked at", () => /looking on/.test(running.output()));
    sandbox.signal("SIGSTOP", "kro");
    const finished = await running.finished;
    sandbox.signal("SIGCONT", "kro");
    const { back, cause, held } = reportOf(finished, 1);
    assert.deepEqual([back, cause!.name, held.length], ["failed", "kro-absent", 4], finished.output);
    assert.match(finished.stderr, /`carts rollout --back --stack prod` goes back/);
    assert.equal(reportOf(await carts("rollout", BETTER, ["--back", "--json"]), 0).back, "done");
    await assertWhole(BETTER);
  });

  it("killed, and then not heard of by a plain `pulumi up`, is named and let go", async () => {
    const running = await begin("rollout", {}, ["--soak", "60s", "--yes"]);
    await until("a stage is let go", () => /stage 1: 1 instance let go/.test(running.output()));
    await killHard(running);
    await platform.up(BETTER);
    assert.deepEqual(await suspended(), ["tea", "water", "milk"]);
    assert.match(
      (await carts("status", BETTER)).output,
      /a rollout of ResourceGraphDefinition shops .* is not finished/,
    );
    const { code, output } = await carts("rollout", BETTER, ["--back"]);
    assert.equal(code, 0, output);
    await assertWhole(BETTER);
  });

  it("killed, and its RGD destroyed by a plain `pulumi destroy`, is let go by two commands that are told", async () => {
    const running = await begin("rollout", {}, ["--soak", "60s", "--yes"]);
    await until("a stage is let go", () => /stage 1: 1 instance let go/.test(running.output()));
    await killHard(running);
    await platform.succeed("destroy --yes --skip-preview", BETTER);
    assert.deepEqual(await suspended(), ["water", "milk"]);
    const { output } = await carts("status", {}, [], ofTeam);
    assert.match(output, /water is held by a rollout of the stack .*shops\/prod since .*`carts rollout --back`/);
    const back = await carts("rollout", BETTER, ["--back"]);
    assert.match(
      back.output,
      /makes no ResourceGraphDefinition: .*`carts up` makes it again, and `carts rollout --back` lets/,
    );
    assert.equal((await carts("up", BETTER)).code, 0);
    assert.equal(reportOf(await carts("rollout", BETTER, ["--back", "--json"]), 0).result, "succeeded");
    await assertWhole(BETTER);
  });
});

import assert from "node:assert/strict";
import { join } from "node:path";
import * as aws from "../aws.ts";
import { letInOnly } from "../iam/letInOnly.ts";
import { CLONE, CLUSTER_NAME, get, isThere, PROGRAMS, sandbox, story, TestStack } from "../kit/index.ts";
import { assertNothingLeft, assertRolledOut, IMAGE } from "./expected.ts";

const TEAMS = ["blue", "green", "red"];
const PLATFORM = join(CLONE, PROGRAMS, "teams/platform");
const platform = new TestStack(sandbox, { project: "platform", name: "prod", program: PLATFORM });
const teams = TEAMS.map((instanceName) => {
  const config = { clusterName: CLUSTER_NAME, instanceName };
  return new TestStack(sandbox, { project: "team", name: instanceName, program: join(PLATFORM, "../team"), config });
});

const stackOf = (team: string) => teams[TEAMS.indexOf(team)]!;
const tableOf = (team: string) => `${CLUSTER_NAME}-carts-${team}`;
const instances = () => Promise.all(TEAMS.map(async (team) => (await get("cartsstack", team, "-n", "default"))!));
const definition = () => get("rgd", "cartsstack");
/** What a refused destroy must leave as it is. */
const untouched = async () => ({
  // Default providers come and go.
  resources: (await platform.exported()).flatMap(({ urn, id }) => (/::default(_|$)/.test(urn) ? [] : [[urn, id]])),
  cluster: [await definition(), ...(await instances())].map((one) => [one!.metadata!.uid, one!.metadata!.generation]),
  states: (await instances()).map(({ status }) => status!.state),
});

story("three teams on one cluster, each with a stack of its own", () => {
  before(async () => {
    for (const stack of [platform, ...teams]) await stack.init();
  });

  it("come up side by side, of two settings each, once the platform team's stack has made the API", async () => {
    await platform.up();
    await Promise.all(teams.map((stack) => stack.up()));
    for (const team of TEAMS) await assertRolledOut(`${IMAGE}:1.3.0`, team);
    assert.deepEqual(await aws.tables(), TEAMS.map(tableOf));
    assert.deepEqual(
      (await aws.associations()).map(({ namespace, roleArn }) => [namespace, roleArn!.split("/").at(-1)]).sort(),
      TEAMS.map((team) => [team, tableOf(team)]),
    );
    for (const team of TEAMS) {
      const { Statement } = JSON.parse(await aws.rolePolicy(tableOf(team), "carts-dynamo"));
      assert.match(Statement[0].Resource, new RegExp(`:table/${tableOf(team)}$`), "its own table alone");
    }
    const endpoints = await Promise.all(teams.map(async (stack) => (await stack.outputs()).serviceEndpoint));
    assert.deepEqual(
      endpoints,
      TEAMS.map((team) => `http://carts.${team}.svc.cluster.local`),
    );
  });

  it("have nothing to do then", async () => {
    for (const stack of [platform, ...teams]) await stack.succeed("preview --expect-no-changes");
  });

  letInOnly(stackOf, "blue", "green", "red");

  it("keep their API when `pulumi destroy` is run on the platform team's stack: it is protected", async () => {
    const before = await untouched();
    assert.deepEqual(before.states, ["ACTIVE", "ACTIVE", "ACTIVE"]);
    const { code, output } = await platform.pulumi("destroy --yes --skip-preview");
    assert.notEqual(code, 0);
    assert.match(output, /::api-definition" cannot be deleted\s+because it is protected/);
    assert.match(output, /pulumi state unprotect/);
    assert.deepEqual(await untouched(), before);
  });

  it("keep it when `carts destroy` is run there, which says whose instances there are", async () => {
    const before = await untouched();
    const { code, stdout, stderr } = await cartsDestroy();
    assert.equal(code, 4, stderr);
    const { cause } = JSON.parse(stdout);
    assert.deepEqual([cause.name, cause.object], ["definition-in-use", "ResourceGraphDefinition cartsstack"]);
    assert.match(cause.message, new RegExp(`: ${TEAMS.map((team) => `CartsStack default/${team}`).join(", ")}\\. `));
    assert.deepEqual(await untouched(), before);
  });

  it("go without each other, and the API after them, once it is unprotected", async () => {
    await Promise.all(teams.map((stack) => stack.succeed("destroy --yes --skip-preview")));
    assert.ok(await definition(), "no team's stack takes it along");
    for (const team of TEAMS) assert.equal(await isThere("namespace", team), false);
    const refused = await cartsDestroy();
    assert.equal(refused.code, 1, refused.stderr);
    assert.match(refused.stderr, /pulumi state unprotect/);
    const { urn } = (await platform.exported()).find(({ type }) => type.endsWith(":ResourceGraphDefinition"))!;
    await sandbox.succeed("pulumi", ["state", "unprotect", urn, "--yes", "--stack", "prod"], { cwd: PLATFORM });
    await platform.succeed("destroy --yes --skip-preview");
    await assertNothingLeft(...TEAMS.map(tableOf));
  });
});

const cartsDestroy = async () => {
  const door = join(CLONE, "automation/carts.mjs");
  return sandbox.run("node", [door, "destroy", ...(await platform.args()), "--cwd", PLATFORM, "--json"]);
};

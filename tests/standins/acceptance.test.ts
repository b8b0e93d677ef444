import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";

const CLONE = join(import.meta.dirname, "..", "..");
const MAIN = join(CLONE, "tests", "acceptance", "main.ts");

/** Stand in for pulumi, node (which carts is run by) and aws: each notes its line; one that begins as `$FAILS` has a line for fails. */
const FAKE = `#!/bin/sh
line="$(basename "$0") $*"
line="$(echo "$line" | sed "s,^node automation/carts.mjs,carts,")"
echo "$line" >> "$LOG"
if [ -n "$FAILS" ]; then case "$line" in $FAILS*) exit 1;; esac; fi
if [ -n "$STOPS" ]; then case "$line" in $STOPS*) kill -INT "$PPID"; sleep 0.2;; esac; fi
case "$line" in
  "aws sts "*) echo '{"Account": "111122223333"}' ;;
  "aws eks list-capabilities "*) echo 'An error occurred (ResourceNotFoundException)' >&2; exit 254 ;;
  "aws eks list-clusters "*) echo "{\\"clusters\\": [$LEFT]}" ;;
  "aws dynamodb "*) echo '{"TableNames": ["other"]}' ;;
  "aws iam "*) echo '{"Roles": [{"RoleName": "other"}]}' ;;
  "aws logs "*) echo '{"logGroups": []}' ;;
esac
`;

describe("npm run acceptance", function () {
  this.timeout(120_000);
  let folder: string;
  const name = `carts-unit-${process.pid}`;
  const state = join(CLONE, ".acceptance", name);

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "carts-acceptance-"));
    for (const program of ["pulumi", "node", "aws"]) {
      writeFileSync(join(folder, program), FAKE);
      chmodSync(join(folder, program), 0o755);
    }
  });
  afterEach(() => {
    rmSync(state, { recursive: true, force: true });
  });
  after(() => rmSync(folder, { recursive: true }));

  /** Runs it, and says what it ran of pulumi and carts, in order, by their first words. */
  async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const log = join(folder, "log");
    rmSync(log, { force: true });
    const path = [folder, process.env.PATH].join(delimiter);
    const { exitCode, stderr } = await execa(
      process.execPath,
      [MAIN, "--region", "eu-west-1", "--name", name, ...args],
      { env: { ...env, PATH: path, LOG: log }, reject: false, stdin: "ignore" },
    );
    const lines = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
    const ran = lines.filter((line) => /^(carts|pulumi)/.test(line));
    return { exitCode, stderr, lines, ran: ran.map((line) => line.replace(` --stack ${name}`, "")) };
  }

  const UP = "carts up --timeout 60m";
  const DESTROY = "carts destroy --timeout 60m";

  it("says account, region and cost, and makes nothing that isn't wanted", async () => {
    const { exitCode, stderr, ran } = await run([]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /account 111122223333, region eu-west-1, this makes the EKS cluster carts-unit/);
    assert.match(
      stderr,
      /0\.10 an hour[\s\S]*less than 1 dollar[\s\S]*--yes says that it is wanted\.\nNothing was made\.$/,
    );
    assert.deepEqual([ran, existsSync(state)], [[], false]);
  });

  it("goes up, verifies, goes up again, and takes all of it away", async () => {
    const { exitCode, stderr, ran, lines } = await run([
      "--yes",
      "--controllers",
      "helm",
      "--endpoint",
      "publicAndPrivate",
    ]);
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(ran, [
      "pulumi stack init",
      "pulumi config set aws:region eu-west-1",
      `pulumi config set clusterName ${name}`,
      "pulumi config set createCluster true",
      "pulumi config set controllers helm",
      "pulumi config set --path cluster.endpoint publicAndPrivate",
      "pulumi config set tableOnDestroy delete",
      UP,
      "carts verify",
      "carts up --timeout 20m",
      DESTROY,
      "pulumi stack rm --yes",
    ]);
    assert.ok(
      lines.findLastIndex((line) => line.startsWith("aws ")) > lines.findIndex((line) => line.includes("stack rm")),
    );
    assert.match(stderr, new RegExp(`Nothing of ${name} is left\\.\nEach step went well\\.$`));
    assert.equal(existsSync(state), false);
  });

  it("takes away what was made where a step fails, or somebody stops it, and does no other step", async () => {
    for (const how of ["FAILS", "STOPS"]) {
      const { exitCode, stderr, ran } = await run(["--yes"], { [how]: "carts up" });
      assert.equal(exitCode, 1);
      assert.deepEqual(ran.slice(7), [UP, DESTROY, "pulumi stack rm --yes"]);
      assert.match(stderr, /It did not go well: (carts up: cluster, controllers, carts service|interrupted)\.$/);
    }
  });

  it("tries twice to take it away, says what is left and how it goes, and does it later", async () => {
    const { exitCode, stderr, ran } = await run(["--yes"], { FAILS: "carts destroy", LEFT: `"${name}"` });
    assert.equal(exitCode, 1);
    assert.deepEqual(ran.slice(-2), [DESTROY, "carts destroy --resume --timeout 60m"]);
    assert.match(
      stderr,
      new RegExp(`npm run acceptance -- --cleanup --name ${name} --region eu-west-1 tries once more`),
    );
    assert.match(
      stderr,
      new RegExp(`Left: the EKS cluster ${name}.*\n +aws eks delete-cluster --name ${name} --region eu-west-1`),
    );
    assert.ok(existsSync(state));

    const again = await run(["--yes"]);
    assert.match(again.stderr, /is of a former run, whose state is in .*--cleanup --name/);
    const later = await run(["--cleanup"]);
    assert.deepEqual([later.exitCode, later.ran], [0, [DESTROY, "pulumi stack rm --yes"]]);
    assert.equal(existsSync(state), false);
  });

  it("does not say that nothing is left where AWS doesn't answer", async () => {
    const { exitCode, stderr } = await run(["--yes"], { FAILS: "aws iam" });
    assert.equal(exitCode, 0);
    assert.match(stderr, /Not looked at: IAM roles: .*\nNothing of .* is left, as far as could be seen\./);
  });
});

import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAtLeast, plugins, pulumi } from "../../../automation/doctor/checks/machine.ts";
import { stateBackend, stateLock } from "../../../automation/doctor/checks/state.ts";
import type { Ground } from "../../../automation/doctor/ground.ts";
import { type OpenStack, readStackConfig } from "../../../automation/stack/index.ts";

const ground = { cwd: "/" } as Ground;
const open = {
  stack: { name: "dev", workspace: { whoAmI: async () => ({ url: "s3://state", user: "ann" }) } },
} as OpenStack;

/** Runs with a PATH that has one pulumi: a script of the shell. */
async function withPulumi<T>(script: string | undefined, work: () => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "doctor-"));
  if (script !== undefined) await writeFile(join(folder, "pulumi"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const before = process.env.PATH;
  process.env.PATH = script === undefined ? folder : `${folder}:${before}`;
  try {
    return await work();
  } finally {
    process.env.PATH = before;
  }
}

describe("carts doctor, on this machine", () => {
  it("compares versions by their numbers", () => {
    for (const [version, least] of [
      ["22.18.0", "22.18"],
      ["v24.1.0", "22.18"],
      ["3.300.0-alpha.1", "3.276.0"],
    ] as const) {
      assert.ok(isAtLeast(version, least), version);
    }
    for (const [version, least] of [
      ["22.9.0", "22.18"],
      ["3.99.9", "3.276.0"],
      ["2.300.0", "3.1.0"],
    ] as const) {
      assert.ok(!isAtLeast(version, least), version);
    }
  });

  it("says where there is no pulumi, or one that is too old", async () => {
    const missing = await withPulumi(undefined, () => pulumi.look(ground));
    assert.equal(missing.verdict, "wrong");
    assert.match(missing.found, /^there is no pulumi on PATH/);
    const old = await withPulumi("echo v2.25.0", () => pulumi.look(ground));
    assert.equal(old.verdict, "wrong");
    assert.deepEqual(await withPulumi("echo v3.300.1", () => pulumi.look(ground)), { verdict: "ok", found: "3.300.1" });
  });

  it("lists the plugins that Pulumi will have to download", async () => {
    const there = (version: string) => JSON.stringify([{ name: "aws", kind: "resource", version }]);
    const found = await withPulumi(`echo '${there("6.0.0")}'`, () => plugins.look(ground));
    assert.deepEqual([found.verdict, found.found], ["warn", "aws: 6.0.0\nkubernetes: none"]);
    await assert.rejects(
      withPulumi("exit 1", () => plugins.look(ground)),
      /Pulumi doesn't list them/,
    );
  });

  it("says of the state that it can't be read, whose backend it is, and what a killed run left", async () => {
    const problem = new Error("error: unable to open state directory");
    assert.equal((await stateBackend({ open, state: undefined, problem }).look(ground)).verdict, "wrong");
    const state = { resources: [] };
    const { found } = await stateBackend({ open, state, problem: undefined }).look(ground);
    assert.equal(found, "s3://state as ann\nthe stack has no resources yet");
    const resource = { urn: "urn:pulumi:dev::p::aws:iam/role:Role::carts-role", type: "aws:iam/role:Role" };
    const pending_operations = [{ type: "creating", resource }] as const;
    const left = { open, state: { pending_operations }, problem: undefined };
    const killed = await stateLock(left).look(ground);
    assert.deepEqual([killed.verdict, killed.remedy], ["wrong", "`carts up --resume`"]);
    assert.match(killed.found, /was killed before it could note what became of aws:iam\/role:Role carts-role/);
  });

  it("warns of a lock", async () => {
    const folder = await mkdtemp(join(tmpdir(), "doctor-"));
    const { mkdir } = await import("node:fs/promises");
    const locks = join(folder, ".pulumi/locks/organization/p/dev");
    await mkdir(locks, { recursive: true });
    const lock = { pid: 1, username: "ci", hostname: "runner-7", timestamp: "2026-01-01T00:00:00Z" };
    await writeFile(join(locks, "x.json"), JSON.stringify(lock));
    const before = process.env.PULUMI_BACKEND_URL;
    process.env.PULUMI_BACKEND_URL = `file://${folder}`;
    const answer = await stateLock({ open: { ...open, project: "p", cwd: "/" }, state: {}, problem: undefined }).look(
      ground,
    );
    process.env.PULUMI_BACKEND_URL = before;
    if (before === undefined) delete process.env.PULUMI_BACKEND_URL;
    assert.equal(answer.verdict, "warn");
    assert.match(answer.found, /^an update of this stack by ci on runner-7 is running since 2026-01-01T00:00:00Z/);
  });
});

describe("a stack's config", () => {
  const at = async (text: string) => {
    const folder = await mkdtemp(join(tmpdir(), "doctor-"));
    await writeFile(join(folder, "Pulumi.dev.yaml"), text);
    return { ...open, stack: { ...open.stack, name: "org/p/dev" }, cwd: folder, configFile: undefined } as OpenStack;
  };
  const pulumis = JSON.stringify({
    "p:clusterName": { value: "told" },
    "p:tags": { value: "{}", objectValue: { a: "b" } },
  });

  it("is read from its file, and asked of Pulumi only where the file doesn't tell", async () => {
    const plain = await at("config:\n  p:clusterName: shop\n  p:other: {secure: abc}\n");
    const read = (open: OpenStack, script: string) =>
      withPulumi(script, () => readStackConfig(open, ["p:clusterName"]));
    assert.equal((await read(plain, "exit 9"))["p:clusterName"], "shop");
    assert.deepEqual(await read(await at(""), "exit 9"), {});
    for (const text of ["config:\n  p:clusterName: {secure: abc}\n", "environment: [shared]\n"]) {
      assert.deepEqual(await read(await at(text), `echo '${pulumis}'`), {
        "p:clusterName": "told",
        "p:tags": { a: "b" },
      });
    }
  });
});

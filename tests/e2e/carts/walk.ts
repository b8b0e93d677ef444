import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import * as aws from "../aws.ts";
import { CLONE, CLUSTER_NAME, get, type Json, Stack, sandbox, story, until } from "../kit/index.ts";
import { assertRolledOut, IMAGE } from "./expected.ts";

/** What a step sets; everything else is as it is by default. */
interface Settings {
  readonly instanceName?: string;
  readonly namespace?: string;
  readonly tableName?: string;
  readonly serviceAccount?: string;
  readonly roleName?: string;
  readonly roleScope?: string;
  readonly replicas?: number;
}

/** What keeps an update from coming to its end. */
interface Failure {
  readonly name: string;
  /** What the update has beside its settings. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** A call that AWS denies meanwhile. Where the update makes none, it succeeds. */
  readonly denied?: string;
  /** Part of the sandbox that stands still meanwhile. */
  readonly stopped?: "kro";
  /** Whether Pulumi is interrupted while it waits for the instance. */
  readonly interrupted?: true;
}

/** An update that fails, and the one after it that must not. */
interface Step {
  readonly to: Settings;
  readonly failure: Failure;
  /** Whether the next update goes on, back to what was before, or to something else. */
  readonly next: "on" | "back" | Settings;
}

/** Every combination that the arguments' rules and the guards take; most keys are not set. */
const settings = (): fc.Arbitrary<Settings> =>
  fc
    .record({
      instanceName: rarely("blue"),
      namespace: rarely("shop", "store"),
      tableName: rarely(table("second")),
      serviceAccount: rarely("shopper"),
      roleName: rarely("shared"),
      roleScope: rarely("cluster", "table"),
      replicas: rarely(2),
    })
    .map(
      ({ instanceName, ...others }): Settings => ({
        // What follows the instance's name is given with it, as the guard asks for.
        ...(instanceName && { instanceName, namespace: "blue", roleScope: "table", tableName: table("blue") }),
        ...Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined)),
      }),
    )
    // A scope is of the role that is made.
    .map(({ roleScope, ...others }) => (others.roleName || !roleScope ? others : { ...others, roleScope }));

const rarely = <T>(...values: T[]): fc.Arbitrary<T | undefined> =>
  fc.oneof({ arbitrary: fc.constant(undefined), weight: 2 }, { arbitrary: fc.constantFrom(...values), weight: 1 });

const written = (settings: Settings): string =>
  Object.entries(settings)
    .map(([key, value]) => `${key} ${value}`)
    .join(", ") || "nothing set";

const table = (name: string): string => `${CLUSTER_NAME}-carts-${name}`;

const failure = (): fc.Arbitrary<Failure> =>
  fc.oneof(
    fc.constantFrom<Failure>(
      { name: "an image that never comes", config: { imageVersion: "broken-1", timeouts: SHORT } },
      { name: "interrupted", config: { imageVersion: "broken-2" }, interrupted: true },
      { name: "without kro", config: { replicas: 3, timeouts: SHORT }, stopped: "kro" },
    ),
    fc
      .constantFrom(
        ...["iam:CreateRole", "iam:PutRolePolicy", "eks:CreatePodIdentityAssociation"],
        // At the end, when all that is new is there.
        ...["eks:DeletePodIdentityAssociation", "iam:DeleteRole"],
      )
      .map((denied): Failure => ({ name: `${denied} denied`, denied })),
  );

/** Counts for what is to be deleted only where the update before has it, and so all have it. */
const DELETE = "30s";
const SHORT = { create: "15s", update: "15s", delete: DELETE };

const step = (): fc.Arbitrary<Step> =>
  fc.record({
    to: settings(),
    failure: failure(),
    next: fc.oneof(fc.constantFrom("back" as const, "back" as const, "on" as const), settings()),
  });

/** Tells of updates that fail, each followed by one that must converge: the same steps for the same seed. */
export function walk(title: string, { steps, seed }: { readonly steps: number; readonly seed: number }): void {
  const stack = new Stack({ timeouts: { create: "4m", update: "4m", delete: DELETE } });
  const rules = join(sandbox.folder, "aws-rules.json");
  const items = new Map<string, number>();
  let now: Settings = {};

  story(title, () => {
    before(async () => {
      await stack.init();
      await aws.makePodRole("shared", `arn:aws:dynamodb:*:*:table/${CLUSTER_NAME}-carts-*`);
      await stack.up();
    });

    for (const [i, { to, failure, next }] of fc.sample(step(), { seed, numRuns: steps }).entries()) {
      const which = next === "on" || next === "back" ? next : `to ${written(next)}`;
      it(`step ${i + 1} of ${steps}, seed ${seed}: to ${written(to)}; ${failure.name}; ${which}`, async () => {
        await writeItem();
        await fail(to, failure);
        if (next !== "back") now = next === "on" ? to : next;
        await stack.up({ ...now });
        await assertConverged();
      });
    }

    after(async () => {
      await stack.succeed("destroy --yes --skip-preview", { ...now });
      for (const name of items.keys()) await aws.dropTable(name);
    });
  });

  async function fail(to: Settings, { config, denied, stopped, interrupted }: Failure): Promise<void> {
    if (denied) await writeFile(rules, JSON.stringify([{ action: denied, answer: "deny" }]));
    if (stopped) sandbox.signal("SIGSTOP", stopped);
    try {
      const args = await stack.args({ ...to, ...config });
      const up = sandbox.begin("pulumi", ["up", "--yes", "--skip-preview", "--non-interactive", ...args], {
        cwd: CLONE,
      });
      if (interrupted) {
        const sent = async () => ((await get("cartsstacks", "-A"))!.items as Json[])[0]?.spec?.imageVersion;
        await until("Pulumi waits for the instance", async () => `${await sent()}` === config!.imageVersion);
        up.child.kill("SIGINT");
      }
      await up.finished;
    } finally {
      if (stopped) sandbox.signal("SIGCONT", stopped);
      await rm(rules, { force: true });
    }
  }

  const tableOf = ({ tableName = table("kro") }: Settings): string => tableName;

  async function writeItem(): Promise<void> {
    const name = tableOf(now);
    const count = (items.get(name) ?? 0) + 1;
    await aws.putItems(name, count);
    items.set(name, count);
  }

  async function assertConverged(): Promise<void> {
    const { instanceName = "carts-kro", namespace = "carts-kro", serviceAccount = "carts", roleName } = now;
    await assertRolledOut(`${IMAGE}:1.3.0`, namespace);
    const instances = (await get("cartsstacks", "-A"))!.items as Json[];
    assert.deepEqual(
      instances.map(({ metadata, spec }) => [metadata!.name, spec!.namespace, spec!.tableName, spec!.serviceAccount]),
      [[instanceName, namespace, tableOf(now), serviceAccount]],
    );
    const [association, ...others] = await aws.associations();
    const role = association!.roleArn!.split("/").at(-1)!;
    assert.deepEqual([association!.namespace, association!.serviceAccount, others], [namespace, serviceAccount, []]);
    // A role that was made under the lab's name keeps it.
    const names = roleName ? [roleName] : [table("dynamo"), table(instanceName)];
    assert.ok(names.includes(role), `${role} is none of ${names}`);
    assert.deepEqual(
      (await aws.roles()).filter((name) => name.startsWith(table(""))),
      roleName ? [] : [role],
    );
    for (const [name, count] of items) assert.equal(await aws.countItems(name), count, name);
    assert.deepEqual(
      ((await get("namespaces"))!.items as Json[])
        .map(({ metadata }) => metadata!.name as unknown as string)
        .filter((name) => ["carts-kro", "blue", "shop", "store"].includes(name)),
      [namespace],
    );
    await stack.succeed("preview --expect-no-changes", { ...now });
  }
}

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ChildChange } from "../../packages/kro-preview/index.ts";
import { tables } from "./aws.ts";
import { CLONE, get, kubectl, letKro, PROGRAMS, pullRequest, resourceOf, Stack, sandbox, story } from "./kit/index.ts";
import { at, resolve } from "./paths.ts";

/** A pull request: what it changes in the config or the program, over what is there already. */
interface PullRequest {
  readonly config: Readonly<Record<string, unknown>>;
  /** Folder of the program. */
  readonly cwd: string;
}

type Child = ChildChange & { readonly namespace?: string; readonly name: string };

const TABLE = "eks-workshop-auto-carts-kro";
/** Read as docs/previews.md shows them. `UPDATE_EXAMPLES=1` writes them. */
const EXAMPLES = join(CLONE, "docs", "examples");

const stack = new Stack({}, { name: "dev" });
const up = ({ config, cwd }: PullRequest) => stack.up(config, { cwd });

/** An object as the API server has it. */
interface LiveObject {
  readonly metadata: { readonly uid: string; readonly generation?: number; readonly name: string };
}

const live = (child: Child): Promise<LiveObject | undefined> =>
  get<LiveObject>(resourceOf(child), child.name, ...(child.namespace ? ["-n", child.namespace] : []));

/** The comment of `carts preview`, and its children. Exit code 2 says that something changes. */
async function preview({ config, cwd }: PullRequest): Promise<{ comment: string; children: readonly Child[] }> {
  const json = join(sandbox.folder, "report.json");
  const previewed = await stack.carts("preview", config, "--cwd", cwd, "--format", "markdown", "--json", json);
  assert.equal(previewed.code, 2, previewed.output);
  return { comment: previewed.stdout, children: JSON.parse(await readFile(json, "utf8")).children };
}

/** Name and namespace of a child before a change that gives it others. */
function earlier({ fields, ...child }: Child): Child {
  const before = (path: string) => fields.find((field) => field.path === path)?.before as string | undefined;
  const [name, namespace] = [before("metadata.name"), before("metadata.namespace")];
  return { ...child, fields, ...(name && { name }), ...(namespace && { namespace }) };
}

/** The change is previewed, and made, and every word of the preview about the children has come true. */
async function assertForetold(change: PullRequest): Promise<readonly Child[]> {
  const { children } = await preview(change);
  const before = await Promise.all(children.map((child) => live(earlier(child))));
  await up(change);
  for (const [i, child] of children.entries()) await assertCameTrue(child, before[i]);
  const kinds = "namespaces,tables,configmaps,serviceaccounts,deployments,services,poddisruptionbudgets";
  const stdout = await kubectl("get", kinds, "-A", "-l", "kro.run/node-id", "-o", "name");
  const made = stdout.split("\n").filter(Boolean);
  assert.equal(made.length, children.filter(({ action }) => action !== "delete").length, "kro made no other children");
  return children;
}

async function assertCameTrue(child: Child, before: LiveObject | undefined): Promise<void> {
  const title = `${child.action} ${child.kind} ${child.namespace ?? ""}/${child.name}`;
  const after = await live(child);
  assert.equal(before !== undefined, child.action !== "create", `${title}: there before`);
  assert.equal(after !== undefined, child.action !== "delete", `${title}: there after`);
  if (!after) return;
  for (const { path, after: expected } of child.fields) {
    const found: unknown = at(after, resolve(path, after));
    if (expected === undefined) assert.equal(found, undefined, `${title}: ${path}`);
    else if (typeof expected === "object" && expected !== null && "knownAfterApply" in expected) {
      assert.notEqual(found, undefined, `${title}: ${path}`);
    } else assert.deepEqual(found, expected, `${title}: ${path}`);
  }
  if (!before) return;
  assert.equal(after.metadata.uid === before.metadata.uid, child.action !== "replace", `${title}: the same object`);
  if (child.action === "same") assert.equal(after.metadata.generation, before.metadata.generation, title);
}

async function assertExample(name: string, change: PullRequest): Promise<void> {
  const { comment } = await preview(change);
  const file = join(EXAMPLES, `${name}.md`);
  if (process.env.UPDATE_EXAMPLES) await writeFile(file, comment);
  assert.equal(comment, await readFile(file, "utf8"), `docs/examples/${name}.md is what the command writes`);
}

const tally = (children: readonly Child[]): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(Object.groupBy(children, ({ action }) => action)).map(([action, some]) => [
      action,
      some!.map(({ kind, namespace }) => (namespace ? `${namespace}/${kind}` : kind)),
    ]),
  );

story("what a preview foretells, kro does", () => {
  const one = (config: Readonly<Record<string, unknown>> = {}): PullRequest => ({ config, cwd: CLONE });

  before(async () => {
    await stack.init();
    await up(one());
  });

  it("of an image version: the Deployment, and nothing else", async () => {
    const change = one({ imageVersion: "1.4.0" });
    await assertExample("image", change);
    const { update, same } = tally(await assertForetold(change));
    assert.deepEqual([update, same!.length], [["carts-kro/Deployment"], 5]);
  });

  it("is in the documentation as it is written", async () => {
    const [previews, image] = await Promise.all(
      ["previews.md", "examples/image.md"].map((file) => readFile(join(CLONE, "docs", file), "utf8")),
    );
    assert.ok(previews!.includes(image!.trimEnd()));
  });

  it("of a table name: everything is made anew, and the first table stays", async () => {
    const change = one({ imageVersion: "1.4.0", tableName: `${TABLE}-2` });
    await assertExample("table", change);
    assert.equal(tally(await assertForetold(change)).replace!.length, 6);
    assert.deepEqual(await tables(), [TABLE, `${TABLE}-2`], "the preview said: it stays");
  });

  it("of an RGD with three instances: each of them gets the change, and a new child", async () => {
    await stack.succeed("destroy --yes --skip-preview", { tableName: `${TABLE}-2` });
    const config = { imageVersion: "1.4.0" };
    const program = join(PROGRAMS, "three");
    await up({ config, cwd: join(CLONE, program) });
    const verbs = ["get", "list", "watch", "create", "patch", "delete"];
    await letKro({ apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs });
    const cwd = await pullRequest("budget", program);
    await assertExample("definition", { config, cwd });
    const { create, update, same } = tally(await assertForetold({ config, cwd }));
    const each = (kind: string) => ["blue", "carts", "green"].map((namespace) => `${namespace}/${kind}`);
    assert.deepEqual([create!.sort(), update!.sort()], [each("PodDisruptionBudget"), each("Deployment")]);
    assert.equal(same!.length, 15);
  });
});

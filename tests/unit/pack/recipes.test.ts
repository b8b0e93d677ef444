import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { rgd, shop } from "../kro-preview/command/folder.ts";
import { type Block, blocksOf } from "./examples.ts";
import { CLONE, type Installed, installed } from "./packed.ts";

const exec = promisify(execFile);

const pageOf = (page: string): readonly Block[] => blocksOf(readFileSync(join(CLONE, page), "utf8"));
const [ci, argo, validate] = ["docs/ci.md", "docs/argo-cd.md", "docs/validate.md"].map(pageOf) as [
  readonly Block[],
  readonly Block[],
  readonly Block[],
];
const shells = (page: readonly Block[]): readonly string[] =>
  page.filter(({ language }) => language === "sh").map(({ text }) => text);
const workflows = ci.filter(({ language }) => language === "yaml").map(({ text }) => parse(text) as unknown);

/**
 * Stand-ins for what recipes take from a registry, or have installed: `npm` installs the file that is there, which is on the
 * path already; of charts and overlays in which nothing is to be rendered, `helm` and `kustomize` print what is in them.
 */
const STAND_INS = {
  npm: `[ "$1 $2 $3" = "install --global --ignore-scripts" ] && [ -f "$4" ]`,
  helm: `[ "$1" = template ] || exit 9; shift; [ -d "$1" ] || shift; cat "$1"/templates/*.yaml`,
  kustomize: `[ "$1" = build ] || exit 9; cat "$2"/shop.yaml`,
};

interface Run {
  readonly code: number;
  readonly output: string;
}

describe("the recipes for pipelines, run as they are written, with the packed tool", function () {
  this.timeout(300_000);
  let tool: Installed;
  let bin: string;
  before(async () => {
    tool = await installed();
    bin = join(await mkdtemp(join(tool.project, "stand-ins-")), "bin");
    await mkdir(bin);
    for (const [name, text] of Object.entries(STAND_INS)) {
      await writeFile(join(bin, name), `#!/bin/sh\n${text}\n`);
      await chmod(join(bin, name), 0o755);
    }
  });

  async function bash(folder: string, text: string, env: Readonly<Record<string, string>> = {}): Promise<Run> {
    const path = [bin, join(tool.project, "node_modules/.bin"), dirname(process.execPath), process.env.PATH].join(":");
    const who = { GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@example.org", GIT_CONFIG_GLOBAL: "/dev/null" };
    const committer = { GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@example.org" };
    const all = { ...process.env, ...who, ...committer, PATH: path, NO_COLOR: "1", KUBECONFIG: "/dev/null", ...env };
    // As GitLab and GitHub run a script; Jenkins' `sh` has `-e` alone.
    const script = ["--noprofile", "--norc", "-eo", "pipefail", "-c", `exec 2>&1\n${text}`];
    const run = exec("bash", script, { cwd: folder, env: all });
    return run.then(
      ({ stdout }) => ({ code: 0, output: stdout }),
      ({ code, stdout }: { readonly code: number; readonly stdout: string }) => ({ code, output: stdout }),
    );
  }

  /** A clone of a repository with two commits: main, and a branch with what is to be previewed. */
  async function clone(files: Readonly<Record<string, readonly [main: string, branch: string]>>): Promise<string> {
    const home = await mkdtemp(join(tool.project, "recipe-"));
    const put = async (side: 0 | 1): Promise<void> => {
      for (const [name, texts] of Object.entries(files)) {
        await mkdir(dirname(join(home, "origin", name)), { recursive: true });
        await writeFile(join(home, "origin", name), texts[side]);
      }
    };
    await put(0);
    const init = "git init --quiet --initial-branch main && git add -A && git commit --quiet --message main";
    assert.deepEqual(await bash(join(home, "origin"), init), { code: 0, output: "" });
    assert.equal((await bash(join(home, "origin"), "git checkout --quiet -b change")).code, 0);
    await put(1);
    // As a CI clones: main has no name there.
    const rest = [
      "git commit --quiet --all --message change && cd ..",
      'git clone --quiet --single-branch --branch change "file://$PWD/origin" work',
      "touch work/kro-preview-0.1.0.tgz && mkdir work/tools && touch work/tools/kro-preview-0.1.0.tgz",
    ].join("\n");
    assert.deepEqual(await bash(join(home, "origin"), rest), { code: 0, output: "" });
    return join(home, "work");
  }

  const both = (one: string, other = one): readonly [string, string] => [one, other];
  const deploy = {
    "deploy/rgd.yaml": both(rgd(), rgd({ image: "nginx:2" })),
    "deploy/tea.yaml": both(shop("tea", { replicas: 2 })),
  };
  const isShown = (text: string): void =>
    assert.match(
      text,
      /spec\.template\.spec\.containers\[name=web\]\.image[^\n]*\n?[^\n]*nginx:1[^\n]*\n?[^\n]*nginx:2/,
    );

  it("GitLab", async () => {
    interface Job {
      readonly script: readonly string[];
      readonly artifacts: { readonly paths: readonly string[] };
    }
    const { rgds } = workflows[1] as { readonly rgds: Job };
    const folder = await clone(deploy);
    const { output: base } = await bash(folder, "git rev-parse HEAD^");
    const env = { CI_MERGE_REQUEST_DIFF_BASE_SHA: base.trim() };
    const { code, output } = await bash(folder, rgds.script.join("\n"), env);
    assert.equal(code, 0, output);
    const [comment, report] = await Promise.all(
      rgds.artifacts.paths.map((path) => readFile(join(folder, path), "utf8")),
    );
    assert.match(comment!, /^<!-- kro-preview: rgds -->\n/);
    isShown(comment!);
    const { dangers } = JSON.parse(report!) as { readonly dangers: readonly { readonly name: string }[] };
    assert.deepEqual([...new Set(dangers.map(({ name }) => name))], ["rollout"]);
    const refused = await bash(folder, rgds.script.join("\n").replace(" --allow rollout", ""), env);
    assert.equal(refused.code, 3, refused.output);
  });

  it("Jenkins, and anywhere else, in a clone of one branch", async () => {
    const folder = await clone(deploy);
    const [recipe] = shells(ci);
    const { code, output } = await bash(folder, recipe!);
    assert.equal(code, 0, output);
    isShown(await readFile(join(folder, "comment.md"), "utf8"));
    const none = await bash(folder, recipe!.replace(/ deploy /, " nowhere "));
    assert.equal(none.code, 1, none.output);
  });

  it("manifests that another tool makes", async () => {
    const chart = {
      "chart/templates/rgd.yaml": both(rgd(), rgd({ image: "nginx:2" })),
      "chart/templates/tea.yaml": both(`---\n${shop("tea")}`),
    };
    const { code, output } = await bash(await clone(chart), shells(ci)[1]!);
    assert.equal(code, 2, output);
    isShown(output);
  });

  it("Argo CD: both sides are rendered first", async () => {
    const [before, after] = [await clone({ a: both("b", "c") }), rgd({ image: "nginx:2" })];
    const sides = { base: rgd(), head: after };
    for (const [side, text] of Object.entries(sides)) {
      const files = {
        [`${side}/apps/shop/overlays/prod/shop.yaml`]: shop("tea"),
        [`${side}/charts/shop/templates/rgd.yaml`]: text,
        [`${side}/values/prod.yaml`]: "{}",
      };
      for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(join(before, name)), { recursive: true });
        await writeFile(join(before, name), content);
      }
    }
    const { code, output } = await bash(before, shells(argo)[0]!);
    assert.equal(code, 2, output);
    isShown(output);
  });

  it("Argo CD: RGDs in one repository, instances in another", async () => {
    const folder = await clone({ "rgds/rgd.yaml": deploy["deploy/rgd.yaml"] });
    await mkdir(join(folder, "../instances"));
    await writeFile(join(folder, "../instances/tea.yaml"), shop("tea"));
    const { code, output } = await bash(folder, shells(argo)[1]!);
    assert.equal(code, 2, output);
    isShown(output);
  });

  it("validate", async () => {
    const kind = (name: string) => rgd({ kind: name }).replace(/name: \w+$/m, "name: shop");
    const folder = await clone({
      "rgds/rgd.yaml": both(kind("Shop"), kind("Store")),
      "old.yaml": both(rgd()),
      "new.yaml": both(rgd()),
    });
    assert.equal((await bash(folder, "git fetch --quiet origin main:main")).code, 0);
    const runs = await Promise.all(
      shells(validate)[0]!
        .trim()
        .split("\n")
        .map((line) => bash(folder, line)),
    );
    assert.deepEqual(
      runs.map(({ code }) => code),
      [0, 1, 0],
      JSON.stringify(runs),
    );
    assert.match(runs[1]!.output, /can't change from "Shop" to "Store"/);
  });

  it("GitHub: the workflow gives the action what it takes, and pins it all", () => {
    const [workflow] = workflows as readonly unknown[] as readonly [
      {
        readonly jobs: {
          readonly preview: { readonly steps: readonly { readonly uses: string; readonly with: object }[] };
        };
      },
    ];
    const action = readFileSync(join(CLONE, ".github/actions/kro-preview/action.yml"), "utf8");
    const { inputs } = parse(action) as { readonly inputs: object };
    const [checkout, preview] = workflow.jobs.preview.steps;
    for (const name of Object.keys(preview!.with)) assert.ok(name in inputs, name);
    const own = readFileSync(join(CLONE, ".github/workflows/preview.yml"), "utf8");
    assert.ok(own.includes(checkout!.uses), "the same checkout as this repository's own workflows");
  });
});

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { CLONE, type Installed, installed, type PackageJson } from "./packed.ts";

const exec = promisify(execFile);

/** A Node that takes no TypeScript from anywhere. */
const PLAIN = ["--no-strip-types"];

const SHOPS = `
apiVersion: kro.run/v1alpha1
kind: ResourceGraphDefinition
metadata: { name: shops }
spec:
  schema:
    apiVersion: v1alpha1
    kind: Shop
    spec: { greeting: string | default="hello" }
  resources:
    - id: words
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: "\${schema.metadata.name}-words" }
        data: { greeting: "\${schema.spec.greeting}" }
---
apiVersion: kro.run/v1alpha1
kind: Shop
metadata: { name: bakery }
spec: {}
`;

const PROGRAM = `
import { diff, readManifests, render } from "kro-preview";
const { definitions, instances } = await readManifests(["shops.yaml"]);
const [definition, instance] = [definitions[0].object, instances[0].object];
const before = render(definition, instance);
const after = render(definition, { ...instance, spec: { greeting: "good day" } });
console.log(JSON.stringify(diff(before, after).map(({ kind, name, action }) => [kind, name, action])));
`;

/** Names of packages that a file loads, by whatever of the ways that there are. */
function packagesOf(text: string): string[] {
  const { importedFiles } = ts.preProcessFile(text, true, true);
  const loaded = [...text.matchAll(/\b(?:require(?:Late)?|load\d*|createRequire\([^)]*\))\("([^"]+)"\)/g)].map(
    ([, name]) => name!,
  );
  return [...importedFiles.map(({ fileName }) => fileName), ...loaded]
    .filter((name) => !name.startsWith(".") && !name.startsWith("node:"))
    .map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)![0]);
}

describe("the package kro-preview", () => {
  let tool: Installed;
  before(async function () {
    this.timeout(300_000);
    tool = await installed();
    await writeFile(join(tool.project, "shops.yaml"), SHOPS);
  });

  const textsOf = (end: string): string[] =>
    tool.files.filter((file) => file.endsWith(end)).map((file) => readFileSync(join(tool.folder, file), "utf8"));

  it("holds what runs, its types, and no more", () => {
    const others = tool.files.filter((file) => !/^dist\/.+\.(js|json|d\.ts)$/.test(file));
    assert.deepEqual(others.sort(), ["LICENSE", "README.md", "bin.mjs", "dist/licenses.txt", "package.json"]);
    assert.ok(tool.files.length < 150, `${tool.files.length} files`);
    const [licenses] = textsOf("licenses.txt");
    for (const name of ["commander", "yaml", "@marcbachmann/cel-js"])
      assert.match(licenses!, new RegExp(`^${name} \\d.* \\(`, "m"));
    assert.equal(readFileSync(join(tool.folder, "LICENSE"), "utf8"), readFileSync(join(CLONE, "LICENSE"), "utf8"));
  });

  it("is ASCII, which Node holds in half the memory", () => {
    for (const text of textsOf(".js")) assert.equal(/[^\0-\x7f]/.exec(text)?.[0], undefined);
  });

  it("depends on what it imports and on nothing else, in the versions of the repository", () => {
    const { dependencies, optionalDependencies } = tool.manifest;
    const known = { ...dependencies, ...optionalDependencies };
    assert.deepEqual([...new Set(textsOf(".js").flatMap(packagesOf))].sort(), Object.keys(known).sort());
    const types = new Set(textsOf(".d.ts").flatMap(packagesOf));
    assert.deepEqual(
      [...types].filter((name) => !(name in dependencies)),
      [],
      "types",
    );
    const root = JSON.parse(readFileSync(join(CLONE, "package.json"), "utf8")) as PackageJson;
    for (const [name, version] of Object.entries(known)) assert.equal(version, root.dependencies[name], name);
  });

  it("asks for no older Node than what it depends on", () => {
    const least = (range: string): number[] =>
      /^>= ?(\d+)(?:\.(\d+))?/
        .exec(range)!
        .slice(1)
        .map((part) => Number(part ?? 0));
    const own = least(tool.manifest.engines.node);
    for (const name of Object.keys(tool.manifest.dependencies)) {
      const text = readFileSync(join(CLONE, "node_modules", name, "package.json"), "utf8");
      const range = (JSON.parse(text) as Partial<PackageJson>).engines?.node ?? ">=0";
      const [major = 0, minor = 0] = least(range);
      assert.ok(own[0]! > major || (own[0] === major && own[1]! >= minor), `${name} asks for ${major}.${minor}`);
    }
  });

  it("runs as a command, without TypeScript", async () => {
    const command = join(tool.project, "node_modules/.bin/kro-preview");
    const { stdout } = await exec(process.execPath, [...PLAIN, command, "render", "-f", "shops.yaml"], {
      cwd: tool.project,
    });
    assert.match(stdout, /kind: ConfigMap\nmetadata:\n {2}name: bakery-words\n/);
  });

  it("is a library, without TypeScript", async () => {
    await writeFile(join(tool.project, "program.mjs"), PROGRAM);
    const { stdout } = await exec(process.execPath, [...PLAIN, "program.mjs"], { cwd: tool.project });
    assert.deepEqual(JSON.parse(stdout), [["ConfigMap", "bakery-words", "update"]]);
  });

  it("has types that are whole: a strict program needs no types but them, not even Node's", async function () {
    this.timeout(300_000);
    const program = [
      `import * as preview from "kro-preview";`,
      `export const rule: preview.DangerRule = { name: "a", meaning: "b", ofChild: ({ after }) => [after!.kind] };`,
      `export const report = (plan: preview.Plan): Promise<preview.Report> => preview.makeReport(plan, { rules: [rule] });`,
      `// @ts-expect-error: a plan has changes`,
      `report({ project: "", stack: "" });`,
    ];
    await writeFile(join(tool.project, "program.ts"), program.join("\n"));
    const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024"];
    const tsc = join(CLONE, "node_modules/typescript/bin/tsc");
    await exec(process.execPath, [tsc, ...options, "--ignoreConfig", "program.ts"], { cwd: tool.project }).catch(
      ({ stdout }: { readonly stdout: string }) => assert.fail(stdout),
    );
  });
});

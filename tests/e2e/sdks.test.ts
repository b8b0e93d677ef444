import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { packageProgram } from "../../sandbox/testing.ts";
import { CLONE } from "./kit/index.ts";

const run = promisify(execFile);
const PINNED = join(CLONE, "sandbox/parts/gensdk");
/** Within the clone, so that TypeScript finds the clone's packages. */
const FOLDER = join(CLONE, ".sandbox/sdks");

/** What Pulumi makes of the package for other languages, and the programs of docs/packages.md that use it. */
describe("the SDKs of the component package", function () {
  this.timeout("30m"); // the first time, their generator is built
  let docs: string;

  before(async () => {
    await rm(FOLDER, { recursive: true, force: true });
    await run(await packageProgram("gensdk"), [join(CLONE, "components/package/schema.json"), FOLDER]);
    docs = await readFile(join(CLONE, "docs/packages.md"), "utf8");
  });

  it("type-check for Node", async () => {
    const sdk = join(FOLDER, "nodejs");
    await writeFile(join(sdk, "program.ts"), program(docs, "ts").replace('"@pulumi/carts-stack"', '"./index"'));
    // Made for an older TypeScript, which took these for granted.
    const compilerOptions = { noEmit: true, module: "nodenext", moduleResolution: "nodenext", types: ["node"] };
    const strict = { strict: true, skipLibCheck: true, target: "es2024" };
    const config = { compilerOptions: { ...compilerOptions, ...strict }, include: ["**/*.ts"] };
    await writeFile(join(sdk, "tsconfig.json"), JSON.stringify(config));
    await succeed("node", [join(CLONE, "node_modules/typescript/bin/tsc"), "-p", sdk]);
  });

  it("compile for Python", async () => {
    const sdk = join(FOLDER, "python");
    await writeFile(join(sdk, "__main__.py"), program(docs, "python"));
    await succeed("python3", ["-m", "compileall", "-q", sdk]);
  });

  it("compile for Go", async () => {
    const sdk = join(FOLDER, "go");
    // With the pinned versions, which the cache has, in the place of the oldest that would do.
    const pinned = await readFile(join(PINNED, "go.mod"), "utf8");
    const module = /^module .*/m.exec(await readFile(join(sdk, "go.mod"), "utf8"))![0];
    await writeFile(join(sdk, "go.mod"), pinned.replace(/^module .*/m, module));
    await cp(join(PINNED, "go.sum"), join(sdk, "go.sum"));
    await mkdir(join(sdk, "program"));
    await writeFile(join(sdk, "program/main.go"), program(docs, "go"));
    // The flags of the sandbox's builds, so that Pulumi's own SDK is compiled once.
    const flags = ["-trimpath", "-mod=readonly", "-buildvcs=false", "-gcflags=all=-dwarf=false"];
    const env = { ...process.env, CGO_ENABLED: "0" };
    await succeed("go", ["build", ...flags, "-o", "/dev/null", "./program"], { cwd: sdk, env });
  });
});

/** The program in a language that a page shows. */
function program(page: string, language: string): string {
  const found = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "ms").exec(page)?.[1];
  if (!found) throw new Error(`docs/packages.md has no program in ${language}`);
  return found;
}

async function succeed(command: string, args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
  await run(command, args, options).catch(({ message, stdout }) => {
    throw new Error(`${message}\n${stdout}`);
  });
}

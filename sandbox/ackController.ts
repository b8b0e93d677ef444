import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { cached, copyManifests } from "./cache.ts";
import { output, run } from "./command.ts";
import { PartError } from "./errors.ts";
import { requireGo } from "./goBuild.ts";
import { interrupted } from "./interrupt.ts";
import { allOnPath } from "./machine.ts";
import type { Part } from "./parts.ts";
import { cacheDir, clone, paths } from "./paths.ts";
import { step } from "./progress.ts";
import { rememberedRefusal, rememberRefusal } from "./refusals.ts";

const name = "ack-dynamodb-controller";
const module = "github.com/aws-controllers-k8s/dynamodb-controller";
const version = "1.9.2";

/** ACK's controller for DynamoDB, or what takes its place. */
export interface AckController {
  part: Part;
  /** Program and arguments before the real controller's flags. */
  command: string[];
  /** Folder with the manifests of its CRDs. */
  manifests: string;
}

/** The real controller where it can be had: named by the user, on PATH, or as a Go module; else the stand-in. */
export async function ackController(): Promise<AckController> {
  const standIn = join(clone, "sandbox", "standins", "ack");
  const named = process.env.SANDBOX_ACK_CONTROLLER || allOnPath(name)[0];
  if (named) {
    const beside = join(dirname(named), "crds");
    const manifests = existsSync(beside) ? beside : join(standIn, "crds");
    return {
      part: { name, service: name, version: "the machine's", kind: "real", source: named },
      command: [named],
      manifests,
    };
  }
  if (await isObtainable()) {
    const folder = await build();
    const part: Part = { name, service: name, version, kind: "real", source: "built from its Go module" };
    return { part, command: [join(folder, "controller")], manifests: join(folder, "crds") };
  }
  const source = "its Go module cannot be had here";
  const part: Part = { name, service: name, version: "-", kind: "stand-in", source };
  return { part, command: [process.execPath, join(standIn, "main.ts")], manifests: join(standIn, "crds") };
}

/** Asks the Go module proxy; a "no" is remembered for a day, so that starts don't wait for it. */
async function isObtainable(): Promise<boolean> {
  const refusal = join(cacheDir, name, `${version}.unavailable`);
  if (rememberedRefusal(refusal) !== undefined) return false;
  mkdirSync(dirname(refusal), { recursive: true });
  const query = ["list", "-m", `${module}@v${version}`];
  const noGo = { code: 1, stderr: "no Go" };
  const { code, stderr } = await run("go", query, { cwd: dirname(refusal), timeout: 15 }).catch(() => noGo);
  if (code === 0) return true;
  interrupted.throwIfAborted();
  rememberRefusal(refusal, stderr);
  return false;
}

function build(): Promise<string> {
  return cached(name, version, [module], async (target) => {
    const log = join(paths.logs, `build-${name}.log`);
    mkdirSync(paths.logs, { recursive: true });
    await requireGo();
    await step(`building ${name} ${version}`, async () => {
      const args = ["install", "-trimpath", "-ldflags", "-s -w", `${module}/cmd/controller@v${version}`];
      const { code } = await run("go", args, { cwd: target, env: { ...process.env, GOBIN: target }, log });
      if (code !== 0) throw new PartError(name, "go install failed", log);
      const download = await output("go", ["mod", "download", "-json", `${module}@v${version}`], { cwd: target });
      const definitions = join((JSON.parse(download) as { Dir: string }).Dir, "config", "crd");
      for (const folder of ["bases", "common/bases"]) copyManifests(join(definitions, folder), join(target, "crds"));
    });
  });
}

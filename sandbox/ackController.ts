import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { cached, copyManifests } from "./cache.ts";
import { output, run } from "./command.ts";
import { PartError } from "./errors.ts";
import { requireGo } from "./goBuild.ts";
import { interrupted } from "./interrupt.ts";
import { allOnPath } from "./machine.ts";
import { goModuleVersion, type Part } from "./parts.ts";
import { cacheDir, clone, paths } from "./paths.ts";
import { step } from "./progress.ts";
import { rememberedRefusal, rememberRefusal } from "./refusals.ts";

/** A controller of ACK's: the variable that names a real one, and the release that is built where its module can be had. */
interface Release {
  readonly name: AckControllerName;
  readonly variable: string;
  readonly module: string;
  readonly version: string;
}

/** The processes that they run as; only a sandbox with `SANDBOX_IDENTITY=on` has the last two. */
export const ackControllers = ["ack-dynamodb-controller", "ack-eks-controller", "ack-iam-controller"] as const;
export type AckControllerName = (typeof ackControllers)[number];

/** An ACK controller, or what takes its place. */
export interface AckController {
  part: Part;
  name: AckControllerName;
  /** Program and arguments before the real controller's flags. */
  command: string[];
  /** Folders with the manifests of its CRDs. */
  manifests: string[];
}

const standIns = join(clone, "sandbox", "standins", "ack");
const releaseOf = (service: "dynamodb" | "eks", variable: string, version: string): Release => ({
  name: `ack-${service}-controller`,
  variable,
  module: `github.com/aws-controllers-k8s/${service}-controller`,
  version,
});
const dynamodb = releaseOf("dynamodb", "SANDBOX_ACK_CONTROLLER", "1.9.2");
const eks = releaseOf("eks", "SANDBOX_ACK_EKS_CONTROLLER", "1.20.0");

/** The controller of DynamoDB tables. */
export const dynamodbController = (): Promise<AckController> => realOrStandIn(dynamodb, "dynamodb");

/** The controller of Pod Identity associations. */
export const eksController = (): Promise<AckController> => realOrStandIn(eks, "eks");

/** Where the user has a real iam-controller, if anywhere; else it is built, see parts.ts. */
export const iamControllerOfMachine = (): string | undefined =>
  process.env.SANDBOX_ACK_IAM_CONTROLLER || allOnPath("ack-iam-controller")[0];

/**
 * The controller of roles and policies.
 * @param path - of the program
 * @param manifests - folder `config/crd` of its module
 */
export function iamController(path: string, manifests: string): AckController {
  const name = "ack-iam-controller";
  const folders = ["bases", "common/bases"].map((folder) => join(manifests, folder));
  if (path === iamControllerOfMachine()) return ofMachine(name, path, folders);
  const version = goModuleVersion({ folder: name, module: "github.com/aws-controllers-k8s/iam-controller" });
  const part: Part = { name, service: name, version, kind: "real", source: "built from its Go module" };
  return { name, part, command: [path], manifests: folders };
}

/** One that is named by the user, or on PATH; its CRDs are in `crds/` beside it. */
function ofMachine(name: AckControllerName, path: string, otherManifests: string[]): AckController {
  const beside = join(dirname(path), "crds");
  const manifests = existsSync(beside) ? [beside] : otherManifests;
  const part: Part = { name, service: name, version: "the machine's", kind: "real", source: path };
  return { name, part, command: [path], manifests };
}

/** The real controller where it can be had: named by the user, on PATH, or as a Go module; else the stand-in. */
async function realOrStandIn(release: Release, service: string): Promise<AckController> {
  const { name, variable, version } = release;
  const standInManifests = [join(standIns, "crds", service)];
  const named = process.env[variable] || allOnPath(name)[0];
  if (named) return ofMachine(name, named, standInManifests);
  const part = { name, service: name };
  if (await isObtainable(release)) {
    const folder = await build(release);
    const source = "built from its Go module";
    return {
      name,
      part: { ...part, version, kind: "real", source },
      command: [join(folder, "controller")],
      manifests: [join(folder, "crds")],
    };
  }
  return {
    name,
    part: { ...part, version: "-", kind: "stand-in", source: "its Go module cannot be had here" },
    command: [process.execPath, join(standIns, "main.ts"), service],
    manifests: standInManifests,
  };
}

/** Asks the Go module proxy; a "no" is remembered for a day, so that starts don't wait for it. */
async function isObtainable({ name, module, version }: Release): Promise<boolean> {
  const refusal = join(cacheDir, name, `${version}.unavailable`);
  if (rememberedRefusal(refusal) !== undefined) return false;
  mkdirSync(dirname(refusal), { recursive: true });
  // A proxy may tell of a version (`go list -m`) whose source it doesn't give.
  const query = ["mod", "download", `${module}@v${version}`];
  const noGo = { code: 1, stderr: "no Go" };
  const { code, stderr } = await run("go", query, { cwd: dirname(refusal), timeout: 60 }).catch(() => noGo);
  if (code === 0) return true;
  interrupted.throwIfAborted();
  rememberRefusal(refusal, stderr);
  return false;
}

function build({ name, module, version }: Release): Promise<string> {
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

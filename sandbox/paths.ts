import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The clone of the repository that this sandbox runs. */
export const clone = dirname(dirname(fileURLToPath(import.meta.url)));

/** Everything that this sandbox writes: `$SANDBOX_DIR`, default `.sandbox` in the clone. */
export const sandboxDir = resolve(process.env.SANDBOX_DIR || join(clone, ".sandbox"));

/** Built and installed parts, shared by all clones and sandboxes: `<part>/<version>-<fingerprint>/`. */
export const cacheDir = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "carts-stack");

/** What the sandbox's folder holds. */
export const paths = {
  bin: join(sandboxDir, "bin"),
  logs: join(sandboxDir, "log"),
  manifests: join(sandboxDir, "manifests"),
  pki: join(sandboxDir, "pki"),
  kubeconfig: join(sandboxDir, "kubeconfig"),
  state: join(sandboxDir, "state.json"),
  lock: join(sandboxDir, "lock"),
  etcd: join(sandboxDir, "etcd"),
  aws: join(sandboxDir, "aws"),
  awsRules: join(sandboxDir, "aws-rules.json"),
  nodeCompileCache: join(sandboxDir, "node-compile-cache"),
  pulumiHome: join(sandboxDir, "pulumi-home"),
  pulumiState: join(sandboxDir, "pulumi-state"),
  auditLog: join(sandboxDir, "log", "audit.log"),
};

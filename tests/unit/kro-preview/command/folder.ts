import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";

const DOOR = join(import.meta.dirname, "../../../../packages/kro-preview/bin.mjs");

/** What a command did. */
export interface Run {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own, somewhere else, in which `kro-preview` is run. */
export class Folder {
  readonly path: string;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(path: string, env: Readonly<Record<string, string>>) {
    this.path = path;
    this.#env = env;
  }

  static async make(files: Readonly<Record<string, string>> = {}, env: Readonly<Record<string, string>> = {}) {
    const folder = new Folder(await mkdtemp(join(tmpdir(), "kro-preview-test-")), env);
    await folder.write(files);
    return folder;
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      const file = join(this.path, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  }

  /** Runs the command. */
  async run(args: readonly string[], { stdin = "", cwd = "" } = {}): Promise<Run> {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [DOOR, ...args], {
      ...{ cwd: join(this.path, cwd), input: stdin, reject: false, stripFinalNewline: false },
      env: { NO_COLOR: "1", KUBECONFIG: join(this.path, "no-kubeconfig"), ...this.#env },
    });
    return { code: exitCode, stdout, stderr };
  }

  async git(...args: readonly string[]): Promise<string> {
    const who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
    return (await execa("git", [...who, ...args], { cwd: this.path })).stdout;
  }

  /** Commits all that is there. */
  async commit(message = "x"): Promise<void> {
    await this.git("add", "-A");
    await this.git("commit", "-q", "-m", message);
  }

  remove = (): Promise<void> => rm(this.path, { recursive: true, force: true });
}

/** An RGD of a ConfigMap and a Deployment that needs it. */
export const rgd = ({ kind = "Shop", image = "nginx:1" } = {}): string => `
apiVersion: kro.run/v1alpha1
kind: ResourceGraphDefinition
metadata:
  name: ${kind.toLowerCase()}
spec:
  schema:
    apiVersion: v1alpha1
    kind: ${kind}
    spec:
      replicas: integer | default=1
      open: boolean | default=false
  resources:
    - id: web
      template:
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: \${schema.metadata.name}
          annotations:
            config: \${config.metadata.resourceVersion}
        spec:
          replicas: \${schema.spec.replicas}
          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec:
              containers: [{ name: web, image: "${image}" }]
    - id: config
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: \${schema.metadata.name}
        data:
          open: \${string(schema.spec.open)}
`;

export const shop = (name: string, spec: object = {}, kind = "Shop"): string =>
  `apiVersion: kro.run/v1alpha1\nkind: ${kind}\nmetadata:\n  name: ${name}\n  namespace: shops\nspec: ${JSON.stringify(spec)}\n`;

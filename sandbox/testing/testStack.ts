import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Finished } from "./commands.ts";
import { CLONE, type TestSandbox } from "./testSandbox.ts";

/** Values by their key, without the project's namespace; one of another namespace is written out: `aws:region`. */
export type Config = Readonly<Record<string, unknown>>;

/** Values over those that a stack has, or the path of a config file. */
export type ConfigOrFile = Config | string;

/** What a {@link TestStack} is of. */
export interface TestStackOptions {
  /** Name of the Pulumi project, which its program's Pulumi.yaml gives. */
  readonly project: string;
  /** Of the stack. */
  readonly name: string;
  /** Folder of the program; default the clone. */
  readonly program?: string;
  /** What every command has that isn't told otherwise; default none. */
  readonly config?: Config;
}

/** A resource as `pulumi stack export` gives it, as far as a test asks for it. */
export interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  /** Undefined for a component. */
  readonly id?: string;
  /** Whether a provider has it. */
  readonly custom?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly protect?: boolean;
  /** URNs of what it comes after. */
  readonly dependencies?: readonly string[];
}

/** A stack on a sandbox, and Pulumi's commands on it. */
export class TestStack {
  protected readonly sandbox: TestSandbox;
  readonly #options: Required<TestStackOptions>;
  #files = 0;

  constructor(sandbox: TestSandbox, { program = CLONE, config = {}, ...names }: TestStackOptions) {
    this.sandbox = sandbox;
    this.#options = { program, config, ...names };
  }

  /** Makes the stack. Pulumi writes a config file beside Pulumi.yaml then: here into the sandbox's folder, not the clone. */
  readonly init = async (): Promise<void> => {
    const { project, name } = this.#options;
    const cwd = join(this.sandbox.folder, project);
    await mkdir(cwd, { recursive: true });
    await writeFile(join(cwd, "Pulumi.yaml"), JSON.stringify({ name: project, runtime: "nodejs" }));
    await this.sandbox.succeed("pulumi", ["stack", "init", name], { cwd });
  };

  /**
   * Writes a config file, with the passphrase's salt of the clone's own sandbox stack. Each command has one of its own:
   * another may still read the one before.
   */
  async configFile(values: Config = {}): Promise<string> {
    const { project, name, config } = this.#options;
    const keys = Object.entries({ ...config, ...values }).map(([key, value]) => [
      key.includes(":") ? key : `${project}:${key}`,
      value,
    ]);
    const [, encryptionsalt] = /^encryptionsalt: (.*)$/m.exec(
      readFileSync(join(CLONE, "Pulumi.sandbox.yaml"), "utf8"),
    )!;
    const file = join(this.sandbox.folder, `Pulumi.${project}.${name}-${this.#files++}.yaml`);
    await writeFile(file, JSON.stringify({ config: Object.fromEntries(keys), encryptionsalt }));
    return file;
  }

  /** Runs a pulumi command, whatever its exit code. `cwd` is the folder of another program of the project's name. */
  async pulumi(
    command: string,
    config: ConfigOrFile = {},
    { args = [], cwd = this.#options.program }: { args?: readonly string[]; cwd?: string } = {},
  ): Promise<Finished> {
    const all = [...command.split(" "), ...(await this.args(config)), "--non-interactive", ...args];
    return this.sandbox.run("pulumi", all, { cwd });
  }

  /** As {@link pulumi}, gives what it printed, and throws with it unless it succeeds. */
  async succeed(...args: Parameters<TestStack["pulumi"]>): Promise<string> {
    const { code, output } = await this.pulumi(...args);
    if (code !== 0) throw new Error(`pulumi ${args[0]} ended with exit code ${code}:\n${output}`);
    return output;
  }

  /** `pulumi up`, without a preview; throws with its output unless it succeeds. */
  readonly up = (config: ConfigOrFile = {}, options?: Parameters<TestStack["pulumi"]>[2]): Promise<string> =>
    this.succeed("up --yes --skip-preview", config, options);

  /** Outputs, by name. */
  async outputs<Outputs = Record<string, string>>(): Promise<Outputs> {
    const args = ["stack", "output", "--json", "--stack", this.#options.name];
    return JSON.parse((await this.sandbox.succeed("pulumi", args, { cwd: this.#options.program })).stdout);
  }

  /** The resources that `pulumi stack export` gives. */
  async exported(): Promise<readonly ExportedResource[]> {
    const args = ["stack", "export", "--stack", this.#options.name];
    const { stdout } = await this.sandbox.succeed("pulumi", args, { cwd: this.#options.program });
    return JSON.parse(stdout).deployment.resources ?? [];
  }

  /** Where Pulumi's file backend keeps the stack. */
  get stateFile(): string {
    const backend = new URL(this.sandbox.env.PULUMI_BACKEND_URL!).pathname;
    return join(backend, ".pulumi", "stacks", this.#options.project, `${this.#options.name}.json`);
  }

  /** What a command is told of stack and config. */
  async args(config: ConfigOrFile = {}): Promise<string[]> {
    const file = typeof config === "string" ? config : await this.configFile(config);
    return ["--stack", this.#options.name, "--config-file", file];
  }
}

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { interrupted, UserError } from "../../packages/console/index.ts";
import { isTornState, readWhole } from "./exported.ts";
import { pulumiOnPath, runPulumi } from "./pulumi.ts";
import type { StackState } from "./state.ts";
import { removeTornAttributes } from "./tornAttributes.ts";

/** Which stack a command is about. */
export interface StackChoice {
  readonly stack: string;
  /** Folder of the Pulumi project. */
  readonly cwd: string;
  /** Path of the stack's config. Default: `Pulumi.<stack>.yaml` in the project. */
  readonly configFile?: string;
}

/** A stack of a project, in the environment of this process: backend, passphrase and credentials are the user's own. */
export interface OpenStack {
  readonly stack: Stack;
  readonly project: string;
  /** Absolute. */
  readonly cwd: string;
  readonly configFile: string | undefined;
}

/** A stack that is known to be there. */
export interface SelectedStack extends OpenStack {
  /** The stack's state, as `pulumi stack export` gives it. */
  readonly state: StackState;
}

/** @throws UserError when there is no pulumi, no such project or config file. The stack itself is not looked for. */
export async function openStack(choice: StackChoice): Promise<OpenStack> {
  const { LocalWorkspace, Stack } = await import("@pulumi/pulumi/automation/index.js");
  const cwd = resolve(choice.cwd);
  if (!existsSync(cwd)) throw new UserError(`there is no folder ${cwd}: --cwd names that of the Pulumi project`);
  const configFile = choice.configFile && resolve(choice.configFile);
  // Pulumi would take it for an empty one.
  if (configFile && !existsSync(configFile)) {
    throw new UserError(`there is no config file ${configFile}: --config-file names the stack's`);
  }
  if (configFile && !/\.(ya?ml|json)$/.test(configFile)) {
    throw new UserError(`${configFile} can't be a stack's config: --config-file names a .yaml or a .json file`);
  }
  const workspace = await LocalWorkspace.create({ workDir: cwd, pulumiCommand: await pulumiOnPath() });
  const settings = await workspace.projectSettings().catch((error: Error) => {
    if (/failed to find project settings/.test(error.message)) {
      throw new UserError(`there is no Pulumi project in ${cwd}: --cwd names its folder`);
    }
    throw new UserError(`the project file in ${cwd} can't be read: ${error.message.split("\n")[0]}`);
  });
  // An empty file is read as nothing.
  const project = (settings as Partial<typeof settings> | undefined)?.name;
  if (!project) throw new UserError(`the project file in ${cwd} has no name: the key \`name\` is missing`);
  // Every command names its stack. To select it as well would change the stack of the user's own shell.
  workspace.selectStack = async () => {};
  return { stack: await Stack.select(choice.stack, workspace), project, cwd, configFile };
}

/** @throws UserError when there is no pulumi, no such project, config file or stack. */
export async function selectStack(choice: StackChoice): Promise<SelectedStack> {
  const { StackNotFoundError } = await import("@pulumi/pulumi/automation/index.js");
  const open = await openStack(choice);
  // As the library's exportStack does, which can't be interrupted.
  const args = ["stack", "export", "--show-secrets", "--stack", choice.stack];
  const run = () => runPulumi(args, open.cwd, {}, undefined, undefined, interrupted);
  const exported = await readWhole(run).catch(async (error: unknown) => {
    if (error instanceof StackNotFoundError) {
      throw new UserError(`there is no stack ${choice.stack}: \`pulumi stack init\` makes one`);
    }
    // Killed as it wrote the state.
    if (!isTornState(error) || !(await removeTornAttributes(open))) throw error;
    console.error(
      `took away a file of attributes beside the state of ${choice.stack}, which a killed update had left empty`,
    );
    return run();
  });
  const { deployment } = JSON.parse(exported.stdout) as { readonly deployment?: StackState };
  return { ...open, state: deployment ?? {} };
}

import { parseArgs } from "node:util";
import { giveUp } from "./command.ts";
import { SandboxError } from "./errors.ts";
import { interrupted, listenForInterrupts } from "./interrupt.ts";
import { loadState } from "./state.ts";

const help = `node sandbox/start.mjs <command>

  up [--no-up] [--identity]  start the sandbox and run \`pulumi up\` on it; --no-up (or SANDBOX_NO_UP=1): only start it;
                             --identity (or SANDBOX_IDENTITY=on): with ACK's controllers of IAM and EKS as well
  parts                      build or fetch what the sandbox runs, and start nothing
  status                     each part, its version, real or not, healthy or not; exit code 1 when something isn't healthy
  down                       stop everything that \`up\` started; the data stays
  env                        lines for eval: a shell whose kubectl, aws and pulumi talk to the sandbox
  outputs [--show-secrets]   the stack's outputs as JSON
  exec -- <program> [args]   run a program with the clone's npm packages and a fit Node on PATH

Environment: SANDBOX_DIR (default .sandbox in the clone), SANDBOX_ACK_CONTROLLER, SANDBOX_ACK_EKS_CONTROLLER and
SANDBOX_ACK_IAM_CONTROLLER (paths of real ACK controllers), SANDBOX_RELEASES ("off", or the URL of a mirror of official releases), XDG_CACHE_HOME
(default ~/.cache), and how awkward the sandbox is: see sandbox/README.md.`;

try {
  process.exitCode = await main();
} catch (error) {
  giveUp();
  if (interrupted.aborted) {
    console.error("interrupted: what this command started is stopped");
    process.exitCode = 130;
  } else {
    console.error(error instanceof SandboxError ? `\nerror: ${error.message}` : error);
    process.exitCode = 1;
  }
}

async function main(): Promise<number> {
  const options = {
    "no-up": { type: "boolean" },
    identity: { type: "boolean" },
    "show-secrets": { type: "boolean" },
  } as const;
  const { positionals, values } = parseArgs({ options, allowPositionals: true });
  listenForInterrupts();
  // Each command loads only what it needs: `env` must be quick.
  switch (positionals[0]) {
    case "up": {
      const { up } = await import("./up.ts");
      const { whileAlone } = await import("./lock.ts");
      const begun = Number(process.env.SANDBOX_COMMAND_BEGAN) || Date.now();
      if (values.identity) process.env.SANDBOX_IDENTITY = "on";
      await whileAlone(() => up(!(values["no-up"] || process.env.SANDBOX_NO_UP), begun));
      return 0;
    }
    case "parts": {
      const { obtain } = await import("./obtain.ts");
      await obtain(true);
      return 0;
    }
    case "status": {
      const { status } = await import("./status.ts");
      return (await status(loadState())) ? 0 : 1;
    }
    case "down": {
      const { Supervisor } = await import("./supervisor.ts");
      const { whileAlone } = await import("./lock.ts");
      const stopped = await whileAlone(() => new Supervisor(loadState()).stop("all"));
      console.error(stopped === 0 ? "nothing was running" : `stopped ${stopped} processes`);
      return 0;
    }
    case "env": {
      const { shellLines } = await import("./environment.ts");
      console.log(shellLines(requireStarted()));
      return 0;
    }
    case "outputs": {
      const { stackOutputs } = await import("./stack.ts");
      process.stdout.write(await stackOutputs(requireStarted(), values["show-secrets"] === true));
      return 0;
    }
    case "help":
      console.log(help);
      return 0;
    default:
      console.error(help);
      return 2;
  }
}

function requireStarted() {
  const state = loadState();
  if (Object.keys(state.ports).length === 0) throw new SandboxError("there is no sandbox here yet: npm run sandbox");
  return state;
}

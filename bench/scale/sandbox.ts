import { TestSandbox } from "../../sandbox/testing.ts";
import { interruptAll } from "./processes.ts";

// Times are those of the real services, but for what a user by hand would have to wait for: EKS knows a new role at once.
// Nothing here fails, so that no container has to be looked at; that IAM evaluates policies would only slow down the stand-in.
const SETTINGS = {
  ...{ SANDBOX_LAGS: "short", SANDBOX_TABLE_SECONDS: "8", SANDBOX_POD_READY_SECONDS: "2", SANDBOX_NODES: "9" },
  ...{ SANDBOX_KRO_REQUEUE_SECONDS: "3", SANDBOX_KRO_FLAGS: "", SANDBOX_AUDIT: "all" },
  ...{ SANDBOX_CONTAINERS: "off", SANDBOX_IAM: "off", SANDBOX_IDENTITY: "off" },
};

/** A sandbox for hundreds of instances; it is not started yet. `kroFlags` are kro's beside the sandbox's own. */
export const scaleSandbox = (kroFlags = ""): TestSandbox =>
  new TestSandbox("bench-scale", { ...SETTINGS, SANDBOX_KRO_FLAGS: kroFlags });

/** Does something on a sandbox, and stops it in any case: also when Ctrl-C is pressed. */
export async function onSandbox(sandbox: TestSandbox, work: () => Promise<void>): Promise<void> {
  let isInterrupted = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // Not `once`: execa ends a process that nobody listens in any more.
    process.on(signal, async () => {
      if (isInterrupted) return;
      isInterrupted = true;
      console.error("stopping the sandbox ...");
      interruptAll();
      await sandbox.commands.endAll();
      sandbox.stopNow();
      process.exit(130);
    });
  }
  await sandbox.start();
  try {
    await work();
  } finally {
    // What was interrupted fails; whoever interrupted it ends this process.
    if (isInterrupted) await new Promise(() => {});
    await sandbox.stop();
  }
}

import { errorLine, explainPending, type OpenStack, runningUpdate, type StackState } from "../../stack/index.ts";
import { NotChecked, ok, warn, wrong } from "../finding.ts";
import type { Probe } from "../probe.ts";

/** What came of opening a stack, or a project without one. */
export interface Opened {
  /** Undefined where there is no project to ask with. */
  readonly open: OpenStack | undefined;
  /** Undefined where no stack is named, or its state could not be read. */
  readonly state: StackState | undefined;
  /** Why its state could not be read. */
  readonly problem: unknown;
}

/** Whether the backend is reached that keeps the state. */
export const stateBackend = ({ open, state, problem }: Opened): Probe => ({
  id: "state-backend",
  topic: "state",
  wanted: "Pulumi's backend is reached, and the state is read",
  async look() {
    if (problem !== undefined)
      return wrong(errorLine(problem), "PULUMI_BACKEND_URL, else `pulumi login`, says which backend is asked");
    if (!open || !state) throw new NotChecked("no stack is named", "name it with --stack");
    const count = state.resources?.length ?? 0;
    const { url = "its backend", user } = await open.stack.workspace.whoAmI();
    return ok(
      `${url}${user ? ` as ${user}` : ""}\n${count === 0 ? "the stack has no resources yet" : `${count} resources`}`,
    );
  },
});

/** Whether the stack is free for an update. */
export const stateLock = ({ open, state }: Opened): Probe => ({
  id: "state-lock",
  topic: "state",
  wanted: "no update is under way, and none was killed",
  async look() {
    if (!open || !state)
      throw new NotChecked("no stack is read", "name it with --stack; see the finding state-backend");
    const running = await runningUpdate(open);
    if (running !== undefined) return warn(running, "wait for it; `carts up --resume` says whether it was killed");
    const pending = explainPending(open.stack.name, state);
    return pending === undefined ? ok("free") : wrong(pending, "`carts up --resume`");
  },
});

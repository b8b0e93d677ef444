import type { Running, Stack } from "../../e2e/kit/index.ts";
import type { Operation } from "./operations.ts";

/** What goes wrong while a command runs. */
export interface Fault {
  readonly name: string;
  /** Before the first command of a life; gives what ends it. */
  readonly prepare?: () => Promise<End>;
  /**
   * Begins it; gives what ends it, or undefined where the command was over before.
   *
   * @param running - the command, unless the fault comes before it.
   */
  readonly begin: (running: Running | undefined, stack: Stack, operation: Operation) => Promise<End | undefined>;
  /** How long it lasts, in seconds; default until the command has ended. */
  readonly seconds?: number;
  /** Before the command, in place of in its midst. */
  readonly before?: boolean;
  /** It finds its moment itself, from the command's start on. */
  readonly watches?: boolean;
  /** Variables of the command's. */
  readonly env?: () => NodeJS.ProcessEnv;
}

export type End = () => Promise<void>;

/** Of a fault that is over as soon as it has been. */
export const over: End = async () => {};

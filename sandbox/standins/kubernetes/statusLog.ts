import { log } from "../plugin/engineLog.ts";

export type Severity = "debug" | "info" | "warning";

/** Messages about one operation, each shown once. */
export class StatusLog {
  readonly #urn: string;
  readonly #shown = new Set<string>();

  constructor(urn: string) {
    this.#urn = urn;
  }

  /** Shows a message beside the resource while the operation runs. */
  status(severity: Severity, message: string): void {
    if (this.#isNew(`status ${severity} ${message}`) && severity !== "debug") void log("status", message, this.#urn);
  }

  /** Shows a message that stays. */
  log(severity: Severity, message: string): void {
    if (this.#isNew(`log ${severity} ${message}`)) void log(severity, message, this.#urn);
  }

  /** Takes the last status message away. */
  clearStatus(): void {
    void log("status", "", this.#urn);
  }

  #isNew(message: string): boolean {
    if (this.#shown.has(message)) return false;
    this.#shown.add(message);
    return true;
  }
}

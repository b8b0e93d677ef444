import { type LogLevel, log } from "../plugin/engineLog.ts";

export type Severity = "debug" | "info" | "warning";

/** Messages about one operation, each shown once, in order. */
export class StatusLog {
  readonly #urn: string;
  readonly #shown = new Set<string>();
  #sent: Promise<void> = Promise.resolve();

  constructor(urn: string) {
    this.#urn = urn;
  }

  /** Shows a message beside the resource while the operation runs. */
  status(severity: Severity, message: string): void {
    if (!this.#isNew(`status ${severity} ${message}`) || severity === "debug") return;
    // The progress display writes warnings this way.
    void this.#send("status", severity === "warning" ? `warning: ${message}` : message);
  }

  /** Shows a message that stays. */
  log(severity: Severity, message: string): void {
    if (this.#isNew(`log ${severity} ${message}`)) this.#send(severity, message);
  }

  /** Takes the last status message away. Settles when the user sees that. */
  clearStatus(): Promise<void> {
    return this.#send("status", "");
  }

  /** Settles when the user has every message. */
  flushed(): Promise<void> {
    return this.#sent;
  }

  #send(level: LogLevel, message: string): Promise<void> {
    this.#sent = this.#sent.then(() => log(level, message, this.#urn));
    return this.#sent;
  }

  #isNew(message: string): boolean {
    if (this.#shown.has(message)) return false;
    this.#shown.add(message);
    return true;
  }
}

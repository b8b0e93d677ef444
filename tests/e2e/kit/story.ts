import { rm } from "node:fs/promises";
import type { TestSandbox } from "../../../sandbox/testing.ts";
import { lookedFor } from "./grep.ts";
import { giveBack, lease, sandbox as leased } from "./lease.ts";
import { failureReport, logPlaces } from "./report.ts";
import { stopwatch } from "./times.ts";

/**
 * Tests on a sandbox that is theirs alone while they run. Each goes on where the one before ended: after a failure the
 * rest is not run (mocha's own `bail` would end the other files with it), and with `--grep` what comes before runs, too.
 *
 * @param goesOn - that a failure doesn't keep the rest from running; default false.
 * @param own - a sandbox that is not of the pool, for a story that breaks its parts or starts it itself.
 */
export function story(
  title: string,
  tell: (this: Mocha.Suite) => void,
  { goesOn = false, own }: { goesOn?: boolean; own?: TestSandbox } = {},
): void {
  const sandbox = own ?? leased;
  describe(title, function () {
    this.timeout("5m");
    let failed = false;
    let logs: ReturnType<typeof logPlaces>;
    let ends: ReturnType<typeof stopwatch>;

    before(async function () {
      this.timeout("90m"); // the first time, every part is built
      ends = stopwatch(title, sandbox);
      await (own ? remove(own) : lease());
      logs = logPlaces(sandbox);
      ends("start");
    });
    beforeEach(function () {
      logs = logPlaces(sandbox);
      if (!failed || goesOn) return;
      this.currentTest!.title += " (not run: what comes before has failed)";
      this.skip();
    });
    onFailure(this, async (error) => {
      failed = true;
      await explain(error, () => failureReport(sandbox, logs));
    });
    tell.call(this);
    after(async function () {
      this.timeout("3m");
      ends("tests");
      await (own ? own.stop() : giveBack());
      ends("clean");
    });
    withWhatComesBefore(this);
  });
}

/** What mocha runs: a test or a hook. Its types leave `run` out. */
type Run = Mocha.Runnable & { run(done: (error?: Error) => void): void };

/**
 * Calls `handle` with what a test, or a hook before tests, fails with, and only then lets mocha know. (`afterEach` hears
 * of tests alone.)
 */
function onFailure(suite: Mocha.Suite, handle: (error: Error) => Promise<void>): void {
  const listen = (runnable: Mocha.Runnable) => {
    const it = runnable as Run;
    const run = it.run.bind(it);
    it.run = (done) =>
      run((error) => {
        const end = () => done(error);
        if (error) handle(error).then(end, end);
        else end();
      });
  };
  suite.on("beforeAll", listen).on("beforeEach", listen).on("test", listen);
  suite.on("suite", (inner) => onFailure(inner, handle));
}

/** Adds to an error what a person needs to understand it; mocha prints it at the end. */
async function explain(error: Error, tell: () => Promise<string>): Promise<void> {
  const report = await tell();
  const { message, stack = "" } = error;
  error.message = `${message}\n\n${report}`;
  error.stack = stack.replace(message, () => error.message);
}

/** With `--grep`, lets it match every test of the story before the last that it matches. */
function withWhatComesBefore(suite: Mocha.Suite): void {
  const wanted = lookedFor();
  if (!wanted) return;
  const tests = inOrder(suite);
  const last = tests.findLastIndex((test) => wanted.test(test.fullTitle()));
  const title = tests[last]?.fullTitle();
  for (const test of tests.slice(0, Math.max(last, 0))) {
    const own = test.fullTitle();
    test.fullTitle = () => `${own}, which comes before ${title}`;
  }
}

const inOrder = (suite: Mocha.Suite): Mocha.Test[] => [...suite.tests, ...suite.suites.flatMap(inOrder)];

async function remove(sandbox: TestSandbox): Promise<void> {
  await sandbox.stop();
  await rm(sandbox.folder, { recursive: true, force: true });
}

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { runPulumi } from "../../../automation/stack/pulumi.ts";
import { errorLine, failureText, isExplained } from "../../../automation/stack/pulumiError.ts";
import { type FakePulumi, fakePulumi } from "./fakePulumi.ts";

describe("pulumi as a command runs it", () => {
  const { PATH } = process.env;
  let pulumi: FakePulumi;

  before(async () => {
    pulumi = await fakePulumi({
      lines: "printf 'one '; sleep 0.1; printf 'line\\n\\303'; sleep 0.1; printf '\\244 last'; echo warning >&2",
      group: "ps -o pgid= -p $$; cat; echo $MINE",
      patient: "trap 'echo told; exit 3' INT; echo begun; for i in $(seq 400); do sleep 0.05; done",
      busy: "n=0; trap 'n=$((n+1)); echo told $n; [ $n = 1 ] || exit 4' INT; echo begun; for i in $(seq 400); do sleep 0.05; done",
      killed: "echo begun >&2; kill -9 $$",
      fails: "echo 'error: the stack is currently locked by 1 lock(s)' >&2; exit 255",
    });
    process.env.PATH = pulumi.env.PATH;
  });
  after(async () => {
    process.env.PATH = PATH;
    await pulumi.remove();
  });

  it("is listened to line by line", async () => {
    const lines: string[] = [];
    const errors: string[] = [];
    const { stdout } = await runPulumi(
      ["lines"],
      pulumi.cwd,
      {},
      (text) => lines.push(text),
      (text) => errors.push(text),
    );
    assert.deepEqual([lines, errors], [["one line\n", "ä last\n"], ["warning\n"]]);
    assert.equal(stdout, "one line\nä last");
  });

  it("has a process group of its own, the variables that it is given, and nothing to read", async () => {
    const { stdout } = await runPulumi(["group"], pulumi.cwd, { MINE: "yes" });
    const own = await promisify(execFile)("ps", ["-o", "pgid=", "-p", String(process.pid)]);
    const [group, given] = stdout.trim().split("\n");
    assert.notEqual(group!.trim(), own.stdout.trim());
    assert.equal(given, "yes");
  });

  it("is told once to end, and its own exit code counts", async () => {
    const controller = new AbortController();
    const lines: string[] = [];
    const onOutput = (text: string) => {
      lines.push(text);
      if (text === "begun\n") controller.abort();
    };
    const running = runPulumi(["patient"], pulumi.cwd, {}, onOutput, undefined, controller.signal);
    await assert.rejects(running, { name: "CommandError", message: /^code: 3\n/ });
    assert.deepEqual(lines, ["begun\n", "told\n"]);
  });

  it("is told once more when it must end now", async () => {
    const [controller, now] = [new AbortController(), new AbortController()];
    const lines: string[] = [];
    const onOutput = (text: string) => {
      lines.push(text);
      if (text === "begun\n") controller.abort();
      if (text === "told 1\n") now.abort();
    };
    const running = runPulumi(["busy"], pulumi.cwd, {}, onOutput, undefined, controller.signal, now.signal);
    await assert.rejects(running, { name: "CommandError", message: /^code: 4\n/ });
    assert.deepEqual(lines, ["begun\n", "told 1\n", "told 2\n"]);
  });

  it("is said to be ended, or not to run, where it can't say so itself", async () => {
    const errors: string[] = [];
    const heard = (text: string) => errors.push(text);
    const failureOf = (args: string[], cwd: string) =>
      runPulumi(args, cwd, {}, undefined, heard).then(
        () => assert.fail(),
        (error: unknown) => error,
      );
    const killed = await failureOf(["killed"], pulumi.cwd);
    assert.ok(isExplained(killed));
    assert.equal(errorLine(killed), "pulumi was ended by SIGKILL");
    assert.deepEqual(errors, ["begun\n", "error: pulumi was ended by SIGKILL\n"]);
    const absent = await failureOf(["lines"], "/nowhere");
    assert.match(errorLine(absent), /^pulumi can't be run: .*nowhere/);
    assert.equal(errors.length, 3);
  });

  it("fails with the errors that its library knows", async () => {
    await assert.rejects(runPulumi(["fails"], pulumi.cwd, {}), { name: "ConcurrentUpdateError" });
  });
});

describe("an error that nobody foresaw", () => {
  /** As the library makes it of what the CLI has printed. */
  const commandError = (stderr: string, stdout = "") =>
    Object.assign(new Error(`code: 255\n stdout: ${stdout}\n stderr: ${stderr}\n`), {
      commandResult: { stdout, stderr, code: 255 },
    });

  const PASSPHRASE =
    "passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables";
  // Recorded from pulumi 3.274.
  const recorded: readonly [stderr: string, line: RegExp][] = [
    [
      `error: getting stack configuration: get stack secrets manager: ${PASSPHRASE}\n`,
      /: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or \S+ environment variables$/,
    ],
    [
      "error: incorrect passphrase\n",
      /^incorrect passphrase: PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, /,
    ],
    [
      'error: unable to open state directory "file:///nowhere": stat /nowhere: no such file or directory\n',
      /^unable to open state directory .*: PULUMI_BACKEND_URL, else `pulumi login`, /,
    ],
    [
      "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions\n",
      /`pulumi login`, or set PULUMI_ACCESS_TOKEN .*PULUMI_BACKEND_URL/,
    ],
    [
      "Logging in using access token from PULUMI_ACCESS_TOKEN\nerror: Unauthorized: No credentials provided or are invalid.\n",
      /^Unauthorized: .* set PULUMI_ACCESS_TOKEN to a token that is still valid/,
    ],
    [
      'error: performing HTTP request: Get "http://127.0.0.1:18098/api/user": dial tcp 127.0.0.1:18098: connect: connection refused\n',
      /PULUMI_BACKEND_URL/,
    ],
    [
      "error: failed to load checkpoint: place 1: unexpected end of JSON input\n",
      /^failed to load checkpoint: .*: the stack's state is cut off, .* copy `<stack>\.json\.bak`.*--resume/,
    ],
    [
      "error: validating stack config: Stack 'dev' is missing configuration value 'clusterName'\n",
      /^validating stack config: .* 'clusterName': `pulumi config set <key> <value>` sets it$/,
    ],
    ["error: the first\nerror: a stack name may not be empty\n", /^a stack name may not be empty$/],
  ];

  it("is Pulumi's own last word, and what to set", () => {
    for (const [stderr, line] of recorded) assert.match(errorLine(commandError(stderr)), line);
    assert.equal(errorLine(commandError("", "  error: it is full\n  error: update failed\n")), "it is full");
  });

  it("is told of a preview that shows its own errors only when something must be set", () => {
    assert.match(failureText(commandError(`error: ${PASSPHRASE}`)), /^: passphrase must be set/);
    assert.equal(failureText(commandError("", "error: AWS says: 401")), ", see above");
    const unknown = failureText(commandError("error: no stack named 'dev' found"));
    assert.equal(unknown, ": no stack named 'dev' found: `pulumi stack init` makes one");
  });

  it("is one line without what a terminal obeys", () => {
    assert.equal(errorLine(new Error("HTTP-Code: 403\n  \u001b[31mBody\u001b[0m")), "HTTP-Code: 403 Body");
    assert.equal(errorLine(new TypeError("")), "TypeError");
    assert.equal(errorLine("text"), "text");
  });
});

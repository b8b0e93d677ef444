import assert from "node:assert/strict";
import { endWait } from "./interrupted.ts";
import { get, kubectl, patch, patchStatus, pullRequest, Stack, sandbox, story, until } from "./kit/index.ts";

const ACK = "ack-dynamodb-controller";
const stack = new Stack({ tableOnDestroy: "delete" });
const causeOf = (stdout: string): { name: string; message: string } => JSON.parse(stdout).cause;

/** What keeps an update from coming to its end. */
interface Failure {
  readonly name: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly program?: () => Promise<string>;
  readonly arrange?: () => Promise<unknown>;
  readonly restore?: () => Promise<unknown>;
  /** What `carts` has shown once it is known: then the wait may end. Default: it ends by itself. */
  readonly seen?: RegExp;
  /** `carts` stops waiting for it. */
  readonly isInVain?: true;
  readonly message: RegExp;
}

const failures: readonly Failure[] = [
  {
    name: "image-pull",
    config: { imageVersion: "broken-4" },
    seen: /Deployment carts-kro\/carts: failing: .*ImagePullBackOff/,
    message: /can't get its image .*:broken-4: ImagePullBackOff/,
  },
  {
    name: "unschedulable",
    config: { resources: { requests: { cpu: "9000" } } },
    seen: /Deployment carts-kro\/carts: failing: .*Unschedulable/,
    message: /fits on no node: Unschedulable: 0\/2 nodes/,
  },
  {
    name: "quota",
    config: { replicas: 3 },
    arrange: () => kubectl("-n", "carts-kro", "create", "quota", "small", "--hard=pods=1"),
    restore: () => kubectl("-n", "carts-kro", "delete", "quota", "small"),
    seen: /Deployment carts-kro\/carts: failing: .*exceeded quota/,
    message: /refuses the pods of Deployment carts-kro\/carts: .*exceeded quota: small/,
  },
  {
    name: "role-missing",
    config: { roleName: "nobody-made-it" },
    message: /^nothing was changed: roleName is "nobody-made-it", but there is no such IAM role/,
  },
  {
    name: "definition-refused",
    program: () => pullRequest("misspelt"),
    isInVain: true,
    message: /kro refuses the ResourceGraphDefinition cartsstack: .*imageVersio\b/,
  },
  {
    name: "immutable-field",
    program: () => pullRequest("selector"),
    isInVain: true,
    message: /spec\.selector: .*field is immutable\. Take the change back/,
  },
  {
    name: "ack-refused",
    config: { replicas: 2 },
    arrange: async () => {
      sandbox.signal("SIGSTOP", ACK);
      const message = "ValidationException: One or more parameter values were invalid";
      const lastTransitionTime = new Date(Date.now() + 1000).toISOString();
      const conditions = [
        { type: "ACK.ResourceSynced", status: "False", lastTransitionTime },
        { type: "ACK.Terminal", status: "True", message, lastTransitionTime },
      ];
      await patchStatus("table", "carts-table", { conditions }, "-n", "carts-kro");
    },
    restore: async () => sandbox.signal("SIGCONT", ACK),
    isInVain: true,
    message: /can't make Table carts-kro\/carts-table: ValidationException: .* tries no more/,
  },
  {
    name: "ack-access-denied",
    config: { replicas: 2 },
    arrange: async () => {
      sandbox.signal("SIGSTOP", ACK);
      const who = "arn:aws:sts::000000000000:assumed-role/ack-dynamodb/1";
      const message = `AccessDeniedException: User: ${who} is not authorized to perform: dynamodb:UpdateTable`;
      const conditions = [
        { type: "ACK.ResourceSynced", status: "False" },
        { type: "ACK.Recoverable", status: "True", message },
      ];
      await patchStatus("table", "carts-table", { conditions }, "-n", "carts-kro");
    },
    restore: async () => sandbox.signal("SIGCONT", ACK),
    seen: /Table carts-kro\/carts-table: failing: ACK\.Recoverable: AccessDenied/,
    message: /The role ack-dynamodb, .* must be allowed dynamodb:UpdateTable/,
  },
  {
    name: "namespace-terminating",
    config: { replicas: 2 },
    arrange: async () => {
      await patch("namespace", "carts-kro", [
        { op: "add", path: "/metadata/finalizers", value: ["shop.example/hold"] },
      ]);
      await kubectl("delete", "namespace", "carts-kro", "--wait=false");
    },
    restore: () => patch("namespace", "carts-kro", [{ op: "remove", path: "/metadata/finalizers" }]),
    seen: /Namespace carts-kro: being deleted/,
    message: /Namespace carts-kro is being deleted, .*shop\.example\/hold/,
  },
];

story("carts up, when it fails", () => {
  before(async () => {
    await stack.init();
  });

  it("waits from nothing for a Secret that a variable comes from, says so, and comes up once it is there", async () => {
    const running = await stack.begin("up", { environmentFrom: { TOKEN: { secret: "shop", key: "token" } } }, "--json");
    await until("the Secret is missed", async () =>
      /failing: .*CreateContainerConfigError: secret "shop" not found/.test(running.output()),
    );
    await until("kro says so as well, for a plain pulumi up", async () => {
      const { status } = (await get("cartsstack", "carts-kro", "-n", "default"))!;
      return /1 unavailable of 1 .* They need the Secrets shop$/.test(status?.missing?.pods ?? "");
    });
    await kubectl("create", "secret", "generic", "shop", "-n", "carts-kro", "--from-literal=token=hush");
    const { code, stdout, stderr } = await running.finished;
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).instances[0].phase, "ready");
    assert.doesNotMatch(running.output(), /hush/);
  });

  it("takes a change back whose wait was stopped", async () => {
    const before = (await get("deployment", "carts", "-n", "carts-kro"))!.metadata!.uid;
    const stopped = await stack.carts("up", {}, "--cwd", await pullRequest("selector"));
    assert.equal(stopped.code, 1, stopped.stderr);
    assert.equal((await stack.state()).pending_operations, undefined);
    const { code, stdout, stderr } = await stack.carts("up", {}, "--json");
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).instances[0].phase, "ready");
    assert.equal((await get("deployment", "carts", "-n", "carts-kro"))!.metadata!.uid, before);
    assert.equal((await stack.carts("drift")).code, 0);
  });

  for (const { name, config, program, arrange, restore, seen, isInVain, message } of failures) {
    it(`gives the root cause of a failure: ${name}`, async () => {
      await arrange?.();
      try {
        const args = program ? ["--cwd", await program()] : [];
        const running = await stack.begin("up", config, "--json", ...args);
        if (seen) {
          await until("Pulumi waits, and the reason is known", async () => {
            const output = running.output();
            if (!/(CartsStack carts|Definition carts-definition) updating/.test(output)) return false;
            return seen.test(output);
          });
          await endWait(running);
        }
        const { code, stdout, stderr } = await running.finished;
        assert.equal(code, 1, stderr);
        assert.equal(causeOf(stdout).name, name, causeOf(stdout).message);
        assert.match(causeOf(stdout).message, message);
        assert.ok(stderr.endsWith(`error: ${causeOf(stdout).message}\n`), "they are the last words");
        assert.equal(/^it can't come: Pulumi finishes/m.test(stderr), isInVain === true, stderr);
      } finally {
        await restore?.();
      }
    });
  }
});

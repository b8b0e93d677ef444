import assert from "node:assert/strict";
import { changedProgram } from "./changedProgram.ts";
import { kubectl, Stack, sandbox, story } from "./kit/index.ts";

const ACK = "ack-dynamodb-controller";
/** What fails is seen within seconds; the commands wait for it until then. */
const stack = new Stack({ timeouts: { create: "60s", update: "20s", delete: "60s" }, tableOnDestroy: "delete" });
const { carts } = stack;
const causeOf = (stdout: string): { name: string; message: string } => JSON.parse(stdout).cause;

story("carts up, when it fails", () => {
  before(async () => {
    await stack.init();
    await stack.up();
  });

  const failures: {
    name: string;
    config?: Readonly<Record<string, unknown>>;
    program?: () => Promise<string>;
    arrange?: () => Promise<unknown>;
    restore?: () => Promise<unknown>;
    message: RegExp;
  }[] = [
    {
      name: "image-pull",
      config: { imageVersion: "broken-4" },
      message: /can't get its image .*:broken-4: ImagePullBackOff/,
    },
    {
      name: "unschedulable",
      config: { resources: { requests: { cpu: "9000" } } },
      message: /fits on no node: Unschedulable: 0\/2 nodes/,
    },
    {
      name: "quota",
      config: { replicas: 3 },
      arrange: () => kubectl("-n", "carts-kro", "create", "quota", "small", "--hard=pods=1"),
      restore: () => kubectl("-n", "carts-kro", "delete", "quota", "small"),
      message: /refuses the pods of Deployment carts-kro\/carts: .*exceeded quota: small/,
    },
    {
      name: "role-missing",
      config: { roleName: "nobody-made-it" },
      message: /IAM Role \(nobody-made-it\): couldn't find resource/,
    },
    {
      name: "definition-refused",
      program: () =>
        changedProgram({
          "securityContext: { fsGroup: 1000 }": "securityContext: { fsGroupp: 1000 } as never",
          'DEFINITION_TIMEOUT = "1m"': 'DEFINITION_TIMEOUT = "12s"',
        }),
      message: /kro refuses the ResourceGraphDefinition cartsstack: .*fsGroupp/,
    },
    {
      name: "ack-access-denied",
      config: { replicas: 2 },
      arrange: async () => {
        sandbox.signal("SIGSTOP", ACK);
        const message =
          "AccessDeniedException: User: arn:aws:sts::000000000000:assumed-role/ack-dynamodb/1 is not authorized to perform: dynamodb:UpdateTable";
        const conditions = [
          { type: "ACK.ResourceSynced", status: "False" },
          { type: "ACK.Recoverable", status: "True", message },
        ];
        const patch = JSON.stringify({ status: { conditions } });
        await kubectl(
          "-n",
          "carts-kro",
          "patch",
          "table",
          "carts-table",
          "--subresource=status",
          "--type=merge",
          "-p",
          patch,
        );
      },
      restore: async () => sandbox.signal("SIGCONT", ACK),
      message: /The role ack-dynamodb, .* must be allowed dynamodb:UpdateTable/,
    },
    {
      name: "namespace-terminating",
      config: { replicas: 2 },
      arrange: async () => {
        const hold = '[{"op":"add","path":"/metadata/finalizers","value":["shop.example/hold"]}]';
        await kubectl("patch", "namespace", "carts-kro", "--type=json", "-p", hold);
        await kubectl("delete", "namespace", "carts-kro", "--wait=false");
      },
      restore: () =>
        kubectl(
          "patch",
          "namespace",
          "carts-kro",
          "--type=json",
          "-p",
          '[{"op":"remove","path":"/metadata/finalizers"}]',
        ),
      message: /Namespace carts-kro is being deleted, .*shop\.example\/hold/,
    },
  ];
  for (const { name, config, program, arrange, restore, message } of failures) {
    it(`gives the root cause of a failure: ${name}`, async () => {
      await arrange?.();
      try {
        const args = program ? ["--cwd", await program()] : [];
        const { code, stdout, stderr } = await carts("up", config, "--json", ...args);
        assert.equal(code, 1, stderr);
        assert.equal(causeOf(stdout).name, name, causeOf(stdout).message);
        assert.match(causeOf(stdout).message, message);
        assert.ok(stderr.includes(`error: ${causeOf(stdout).message}`));
      } finally {
        await restore?.();
      }
    });
  }
});

import assert from "node:assert/strict";
import { DeleteTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DeletePodIdentityAssociationCommand, EKSClient } from "@aws-sdk/client-eks";
import {
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { Verification } from "../../automation/verify/index.ts";
import type { LiveObject } from "../../packages/live/index.ts";
import {
  CLUSTER_NAME,
  type Finished,
  get,
  inVain,
  isThere,
  kubectl,
  patch,
  Stack,
  sandbox,
  story,
  until,
} from "./kit/index.ts";

const stack = new Stack();
const { carts } = stack;
const INSTANCE = ["cartsstack", "carts-kro"] as const;
const ROLE = `${CLUSTER_NAME}-carts-dynamo`;
const TABLE = `${CLUSTER_NAME}-carts-kro`;
const spec = async () => (await get<{ spec: { replicas: number; imageVersion: string } }>(...INSTANCE))!.spec;
const replicas = async () => (await spec()).replicas;

/** Changes the instance as kubectl does, or as some other manager. */
const change = (replicas: number, manager: string) =>
  kubectl(
    "patch",
    ...INSTANCE,
    "--type=merge",
    `--field-manager=${manager}`,
    "-p",
    JSON.stringify({ spec: { replicas } }),
  );

/** Whether kro has nothing left to write. */
async function isSettled(): Promise<boolean> {
  const { metadata, status } = (await get<LiveObject>(...INSTANCE))!;
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  return ready?.status === "True" && ready.observedGeneration === metadata.generation;
}

async function succeed(command: string, config = {}): Promise<Finished> {
  const finished = await carts(command, config);
  assert.equal(finished.code, 0, finished.output);
  return finished;
}

/** Runs the commands that a text says, each between backquotes or on a line of its own. */
async function runCommandsOf(text: string): Promise<void> {
  const commands = [...text.matchAll(/(?:^ {2}|`)(kubectl [^`\n]*)/gm)].map(([, command]) => command!);
  assert.ok(commands.length > 0, text);
  for (const command of commands) await sandbox.succeed("sh", ["-c", command]);
}

const remediesOf = async (id: string): Promise<string> => {
  const { checks } = JSON.parse((await carts("verify", {}, "--json")).stdout) as Verification;
  return checks.find((check) => check.id === id)!.remedy!;
};

/** Nothing is left to do, and nobody finds anything. */
async function assertAllWell(): Promise<void> {
  assert.equal((await carts("drift")).stdout, "No drift in carts-stack/e2e.\n");
  const preview = await carts("preview");
  assert.deepEqual([preview.code, preview.stdout], [0, "No change in carts-stack/e2e.\n"]);
  await until("verify finds all well", async () => (await carts("verify")).code === 0);
}

story("changed by hand", () => {
  before(async () => {
    await stack.init();
    await succeed("up");
  });

  it("is part of the preview, of that of another change as well: who took the field, and what becomes of it", async () => {
    await change(3, "kubectl-patch");
    const drifted =
      /^Not as the last update left it\n~ kubernetes:kro\.run\/v1alpha1:CartsStack carts: changed\n {4}- spec\.replicas: 1\n {4}\+ spec\.replicas: 3, by kubectl-patch\n`carts up` puts it right/;
    const same = await carts("preview");
    assert.equal(same.code, 2, same.output);
    assert.match(same.stdout, drifted);
    assert.match(same.stdout, /spec\.replicas: 3 => 1/);
    const other = await carts("preview", { replicas: 2 });
    assert.equal(other.code, 2, other.output);
    assert.match(other.stdout, drifted);
    assert.match(other.stdout, /spec\.replicas: 3 => 2/);
    assert.doesNotMatch(other.stdout, /providers:kubernetes/);
    const { stdout } = await carts("preview", { replicas: 2 }, "--format", "markdown");
    assert.match(stdout, /### Not as the last update left it\n\n```diff\n~ .*CartsStack carts: changed\n/);
  });

  it("is put right by what drift and verify name", async () => {
    assert.match((await carts("drift")).stdout, /\+ spec\.replicas: 3, by kubectl-patch\n`carts up` puts it right/);
    assert.match(await remediesOf("instance-fields"), /^`carts up` puts it back/);
    const { stderr } = await succeed("up");
    assert.match(stderr, /^not as the last update left it, and put right now:\n~ .*CartsStack carts: changed$/m);
    assert.equal(await replicas(), 1);
    await assertAllWell();
  });

  it("is reported where the field was taken, and has the value that it had", async () => {
    await change(3, "kubectl-patch");
    await change(1, "kubectl-patch");
    const { code, stdout } = await carts("preview", { replicas: 2 });
    assert.equal(code, 2);
    assert.match(stdout, /CartsStack carts: taken\n {4}\+ spec\.replicas: 1, by kubectl-patch\n/);
    await succeed("up");
  });

  it("is a cause of its own by whom Pulumi takes nothing from, and the command that it names helps", async () => {
    await change(3, "somebody");
    const preview = await carts("preview", { replicas: 2 });
    assert.equal(preview.code, 2, preview.output);
    assert.match(preview.stdout, /\+ spec\.replicas: 3, by somebody\n/);
    const { code, stdout } = await carts("up", {}, "--json");
    assert.equal(code, 1);
    const { cause } = JSON.parse(stdout);
    assert.deepEqual([cause.name, cause.object], ["field-conflict", "CartsStack default/carts-kro"]);
    assert.match(cause.message, /spec\.replicas is somebody's\. Have somebody leave it out, or take it away/);
    await runCommandsOf(cause.message);
    await succeed("up");
    assert.equal(await replicas(), 1);
  });

  it("is undone by the commands of drift, and of verify", async () => {
    for (const told of [async () => (await carts("drift")).stdout, () => remediesOf("instance-fields")]) {
      await change(3, "somebody");
      // The command is of an object that nobody writes meanwhile; else it is refused.
      await until("kro is done", isSettled);
      await runCommandsOf(await told());
      await succeed("up");
      assert.equal(await replicas(), 1);
    }
    await assertAllWell();
  });

  it("is undone in the RGD as well", async () => {
    const readyWhen = [{ op: "add", path: "/spec/resources/0/readyWhen", value: [] }];
    await patch("rgd", "cartsstack", readyWhen);
    assert.match(await remediesOf("definition-fields"), /^`carts up` puts it back/);
    const { code, stdout } = await carts("preview");
    assert.equal(code, 2);
    assert.match(
      stdout,
      /ResourceGraphDefinition carts-definition: changed\n.*readyWhen.*\n.*not there, by kubectl-patch\n/,
    );
    await succeed("up");
    await kubectl(
      ...["patch", "rgd", "cartsstack", "--field-manager=somebody", "--type=json", "-p", JSON.stringify(readyWhen)],
    );
    await runCommandsOf(await remediesOf("definition-fields"));
    await succeed("up");
    await assertAllWell();
  });

  it("is undone in kro's children and in AWS by what verify names, where nobody does it by himself", async () => {
    const inNamespace = ["-n", "carts-kro"];
    await patch("configmap", "carts", { data: { OTHER: "x" } }, ...inNamespace);
    // Ports merge by their number: kro's own comes beside it, and has the same name.
    await patch("service", "carts", [{ op: "replace", path: "/spec/ports/0/port", value: 81 }], ...inNamespace);
    await new DynamoDBClient().send(new DeleteTableCommand({ TableName: TABLE }));
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    await new IAMClient().send(new UpdateAssumeRolePolicyCommand({ RoleName: ROLE, PolicyDocument }));
    await until("kro is refused", async () => !(await isSettled()));
    for (const [id, remedy] of [
      [
        "config-data",
        /^kro leaves what others add: remove it: `kubectl patch configmap\/carts -n carts-kro .*"OTHER":null/,
      ],
      [
        "service-port",
        /^the API server refuses .*`kubectl delete service\/carts -n carts-kro`, and kro makes it anew$/,
      ],
      [
        "table-active",
        /^ACK makes it again, empty, .*; at once after `kubectl patch table\.dynamodb\.services\.k8s\.aws\/carts-table /,
      ],
    ] as const) {
      const told = await remediesOf(id);
      assert.match(told, remedy);
      await runCommandsOf(told);
    }
    assert.match(await remediesOf("role-trust"), /^`carts up` puts it back/);
    await succeed("up");
    await assertAllWell();
    await kubectl("annotate", ...INSTANCE, "kro.run/reconcile=suspended");
    await until("kro leaves it alone", async () => !(await isSettled()));
    await runCommandsOf(await remediesOf("instance-ready"));
    await assertAllWell();
  });
});

story("a state and a world that differ", () => {
  const hold = "shop.example/hold";
  const table = ["table", "carts-table", "-n", "carts-kro"] as const;

  before(async () => {
    await stack.init();
    await succeed("up");
  });

  it("are one again after an RGD, a role and an association were deleted by hand", async () => {
    const iam = new IAMClient();
    await iam.send(new DeleteRolePolicyCommand({ RoleName: ROLE, PolicyName: "carts-dynamo" }));
    await iam.send(new DeleteRoleCommand({ RoleName: ROLE }));
    const { resources } = await stack.state();
    const { id } = resources.find(({ type }) => type.endsWith(":PodIdentityAssociation"))!;
    await new EKSClient().send(
      new DeletePodIdentityAssociationCommand({ clusterName: CLUSTER_NAME, associationId: id!.split(",").at(-1) }),
    );
    await kubectl("delete", "rgd", "cartsstack");
    const plain = await stack.pulumi("up --yes --skip-preview");
    assert.equal(plain.code, 0, plain.output);
    for (const gone of ["ResourceGraphDefinition cartsstack is not in the cluster", `the role ${ROLE} is not in AWS`]) {
      assert.match(plain.output, new RegExp(`${gone} any more, .*: \`pulumi up --refresh\` does, or \`carts up\``));
    }
    const preview = await carts("preview");
    assert.equal(preview.code, 2, preview.output);
    assert.equal(preview.stdout.match(/^- .*: deleted$/gm)?.length, 4, preview.stdout);
    assert.match(preview.stdout, /4 to create/);
    const { stdout } = await carts("up", {}, "--json");
    const { result, changes, drift } = JSON.parse(stdout);
    assert.deepEqual([result, changes.create, drift.length], ["succeeded", 4, 4]);
    await assertAllWell();
  });

  it("are one again after an update was cut off, whichever way it goes then", async () => {
    const cutOff = () =>
      inVain(
        async (time) => {
          const { code, stderr } = await carts("up", { imageVersion: "broken-1" }, "--timeout", time);
          assert.equal(code, 124, stderr);
          return stderr;
        },
        (stderr) => /can't get its image/.test(stderr),
      );
    await cutOff();
    // On: it waits again, where a refresh alone would have it done.
    assert.match(await cutOff(), /^not as the last update left it/m);
    const { stdout } = await carts("preview");
    assert.match(stdout, /image: .*:broken-1" => .*:1\.3\.0"/);
    await succeed("up");
    assert.equal((await spec()).imageVersion, "1.3.0");
    await assertAllWell();
  });

  it("are one again after a destroy timed out, and then came to its end by itself", async () => {
    const finalizers = async () => (await get<LiveObject>(...table))!.metadata.finalizers!;
    const holdOn = { metadata: { finalizers: [hold, ...(await finalizers())] } };
    await patch("table", "carts-table", holdOn, "-n", "carts-kro");
    const { code } = await carts("destroy", {}, "--timeout", "12s");
    assert.equal(code, 124);
    const letGo = { metadata: { finalizers: (await finalizers()).filter((one) => one !== hold) } };
    await patch("table", "carts-table", letGo, "-n", "carts-kro");
    await until("the instance is gone", async () => !(await isThere(...INSTANCE)));
    assert.match(await remediesOf("instance-ready"), /^`carts up` makes it again$/);
    const preview = await carts("preview", { replicas: 2 });
    assert.equal(preview.code, 2, preview.output);
    assert.match(preview.stderr, /^Gone: CartsStack carts, which `carts up` makes anew/m);
    assert.match(preview.stdout, /^kro: 6 to create\. Pulumi: 1 to create, 5 unchanged\.$/m);
    assert.match(preview.stdout, /^- kubernetes:kro\.run\/v1alpha1:CartsStack carts: deleted$/m);
    await succeed("up", { replicas: 2 });
    assert.equal(await replicas(), 2);
  });
});

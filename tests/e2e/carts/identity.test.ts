import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { V1Pod } from "@kubernetes/client-node";
import { hasCredentials } from "../awkwardSandbox.ts";
import * as aws from "../aws.ts";
import { CLONE, CLUSTER_NAME, get as found, Stack, story, TestSandbox } from "../kit/index.ts";

const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";

story("an identity of ACK's, of a cluster without the kinds for it", () => {
  const stack = new Stack({ tableOnDestroy: "delete", identity: "ack" });

  before(() => stack.init());

  it("is refused before anything is made, in the preview as well", async () => {
    for (const command of ["preview", "up --yes --skip-preview"]) {
      const { code, output } = await stack.pulumi(command);
      assert.notEqual(code, 0, output);
      assert.match(
        output,
        /nothing was changed: .*has no roles\.iam\.services\.k8s\.aws and podidentityassociations\.eks/,
      );
      assert.match(output, /Install ACK's IAM and EKS controller first/);
    }
    assert.equal(await found("rgd", "cartsstack"), undefined);
    assert.deepEqual(await aws.associations(), []);
  });
});

const sandbox = new TestSandbox("e2e/identity", {
  SANDBOX_IDENTITY: "on",
  SANDBOX_LAGS: "short",
  SANDBOX_KRO_REQUEUE_SECONDS: "1",
});
const { get, kubectl } = sandbox.cluster;
const stack = new Stack({ tableOnDestroy: "delete" }, { on: sandbox });
const ack = { identity: "ack" };

async function carts(command: string, config: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { code, output } = await stack.carts(command, config);
  assert.equal(code, 0, output);
  return output;
}

const typesInState = async () => (await stack.exported()).map(({ type }) => type);
const onlyAssociation = async () => {
  const [association, ...others] = await aws.associations();
  assert.deepEqual(others, []);
  return association!;
};
const thePod = async (): Promise<V1Pod> => {
  const { items } = (await get<{ items: V1Pod[] }>("pods", "-n", "carts-kro"))!;
  const [pod, ...others] = items.filter(({ metadata }) => !metadata!.deletionTimestamp);
  assert.deepEqual(others, []);
  return pod!;
};

/** Asks for the pod's credentials as the Pod Identity Agent does, all the while; gives what was answered in their place. */
function witness(pod: V1Pod): { readonly end: () => Promise<{ asked: number; refused: readonly string[] }> } {
  const over = new AbortController();
  const refused: string[] = [];
  let asked = 0;
  const bound = ["--bound-object-kind=Pod", `--bound-object-name=${pod.metadata!.name}`];
  const ask = async () => {
    while (!over.signal.aborted) {
      const token = await kubectl(
        "create",
        "token",
        "carts",
        "-n",
        "carts-kro",
        "--audience=pods.eks.amazonaws.com",
        ...bound,
      );
      const args = [
        "eks-auth",
        "assume-role-for-pod-identity",
        "--cluster-name",
        CLUSTER_NAME,
        "--token",
        token.trim(),
      ];
      const { code, stderr } = await sandbox.run("aws", args);
      asked++;
      if (code !== 0) refused.push(stderr);
      await sleep(200);
    }
  };
  const asking = ask();
  return {
    end: async () => {
      over.abort();
      await asking;
      return { asked, refused };
    },
  };
}

const tests = () => {
  let atFirst: readonly string[];

  before(async function () {
    this.timeout("90m");
    await sandbox.start();
    const forAws = Object.entries(sandbox.env).filter(([name]) => name.startsWith("AWS_"));
    Object.assign(process.env, Object.fromEntries(forAws));
    atFirst = await aws.roles();
    await stack.init();
  });

  describe("made by ACK for the instance", () => {
    it("comes with one update, and is what Pulumi would make", async () => {
      await carts("up", ack);
      const association = await onlyAssociation();
      const outputs = await stack.outputs();
      assert.deepEqual([outputs.associationId, outputs.roleArn], [association.associationId, association.roleArn]);
      assert.deepEqual(
        (await typesInState()).filter((type) => type.startsWith("aws:")),
        [],
      );
      assert.ok(hasCredentials(await thePod()));
    });

    it("is looked at by verify, and found wrong where somebody has changed it", async () => {
      const output = await carts("verify", ack);
      for (const object of ["Role carts-kro/carts-role", "PodIdentityAssociation carts-kro/carts"]) {
        assert.ok(output.includes(object), output);
      }
      const role = (await stack.outputs()).roleArn!.split("/").at(-1)!;
      await sandbox.succeed("aws", ["iam", "delete-role-policy", "--role-name", role, "--policy-name", "carts-dynamo"]);
      const { code, stdout } = await stack.carts("verify", ack, "--json");
      assert.notEqual(code, 0);
      const checks = JSON.parse(stdout).checks as readonly { id: string; verdict: string }[];
      assert.deepEqual(
        checks.filter(({ verdict }) => verdict === "wrong").map(({ id }) => id),
        ["role-policy"],
      );
    });

    it("changes nothing in a second update", async () => {
      await stack.succeed("preview --expect-no-changes", ack);
    });

    it("goes with the stack", async () => {
      await carts("destroy", ack);
      assert.deepEqual([await aws.associations(), await aws.roles(), await aws.tables()], [[], atFirst, []]);
      // kro leaves the CRD behind, and takes no field out of it.
      await kubectl("delete", "crd", "cartsstacks.kro.run", "--timeout=60s");
    });
  });

  describe("from Pulumi to ACK and back", () => {
    let pod: V1Pod;
    let id: string;
    let roleArn: string;
    let watched: ReturnType<typeof witness>;

    it("begins with Pulumi's", async () => {
      await carts("up");
      pod = await thePod();
      ({ associationId: id, roleArn } = (await stack.outputs()) as { associationId: string; roleArn: string });
      watched = witness(pod);
    });

    it("is ACK's with the next update, the same association, and Pulumi forgets it with the one after", async () => {
      await stack.up(ack);
      assert.equal((await get("podidentityassociation", "carts", "-n", "carts-kro"))!.status!.associationID, id);
      assert.ok((await typesInState()).includes(ASSOCIATION));
      await stack.up(ack);
      assert.ok(!(await typesInState()).includes(ASSOCIATION));
      const { associationId, roleArn: role } = await stack.outputs();
      assert.deepEqual([associationId, role], [id, roleArn]);
      assert.equal((await onlyAssociation()).associationId, id);
      await carts("verify", ack);
      await stack.succeed("preview --expect-no-changes", ack);
    });

    it("is refused back, with what to run first", async () => {
      const { code, output } = await stack.pulumi("up --yes --skip-preview");
      assert.notEqual(code, 0, output);
      assert.match(output, /nothing was changed: identity changes from "ack" to "pulumi"/);
      const [annotate, take, ...others] = output.match(/^ +(kubectl|pulumi import) .*$/gm)!.map((line) => line.trim());
      assert.deepEqual(others, []);
      await sandbox.succeed("sh", ["-c", annotate!]);
      const options = (await stack.args()).map((part) => `'${part}'`).join(" ");
      await sandbox.succeed("sh", ["-c", `${take} ${options}`], { cwd: CLONE });
    });

    it("is Pulumi's again then", async () => {
      await stack.up();
      assert.equal((await onlyAssociation()).associationId, id);
      assert.equal(await get("podidentityassociation", "carts", "-n", "carts-kro"), undefined);
      await carts("verify");
      await stack.succeed("preview --expect-no-changes");
    });

    it("left the pod its credentials all the while", async () => {
      const { asked, refused } = await watched.end();
      assert.ok(asked > 5, String(asked));
      assert.deepEqual(refused, []);
      assert.equal((await thePod()).metadata!.uid, pod.metadata!.uid);
    });

    it("goes with the stack", async () => {
      await carts("destroy");
      assert.deepEqual([await aws.associations(), await aws.roles(), await aws.tables()], [[], atFirst, []]);
    });
  });
};

story("a role and an association of ACK's", tests, { own: sandbox });

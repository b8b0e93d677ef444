import assert from "node:assert/strict";
import { join } from "node:path";
import {
  CreateClusterCommand,
  CreatePodIdentityAssociationCommand,
  DeleteClusterCommand,
  DeletePodIdentityAssociationCommand,
  DescribeClusterCommand,
  EKSClient,
  UpdatePodIdentityAssociationCommand,
} from "@aws-sdk/client-eks";
import { CreateRoleCommand, DeleteRoleCommand, IAMClient, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import type { Verification } from "../../../automation/verify/index.ts";
import * as aws from "../aws.ts";
import { CLONE, CLUSTER_NAME, kubectl, PROGRAMS, sandbox, type TestStack, until } from "../kit/index.ts";
import { CARTS_CALLS, OTHER_CALLS, verdictsOf } from "./calls.ts";
import { assertDocumented, markdown } from "./document.ts";
import { ask, clientOf, type PodChoice } from "./session.ts";

const PREFIX = `${CLUSTER_NAME}-carts-`;
/** Tables that no instance has: one that is called as a cluster's instances call theirs, and one that isn't. */
const OF_NOBODY = [`${PREFIX}nobody`, "orders"];
const STRANGER = "stranger";
const ELSEWHERE = "another-cluster";

/**
 * That every call of the carts service works on an instance's own table, and nothing else does, with the credentials that
 * its pods get; and that nobody else gets them. Three instances are up, each with a role for its own table.
 *
 * @param stackOf - the stack of an instance, whose role is called after it.
 */
export function letInOnly(stackOf: (instance: string) => TestStack, one: string, other: string, third: string): void {
  let eks: EKSClient;

  it("IAM evaluates their calls", async () => {
    eks = new EKSClient();
    for (const name of OF_NOBODY) await aws.makeTable(name);
    await kubectl("create", "namespace", STRANGER);
    await kubectl("create", "serviceaccount", "carts", "-n", STRANGER);
    const overrides = `--overrides=${JSON.stringify({ spec: { serviceAccountName: "carts" } })}`;
    await kubectl("run", STRANGER, "-n", STRANGER, "--image=example.com/x", overrides);
    await makeCluster(ELSEWHERE);
  });

  /** A cluster that is ACTIVE, with a role of its name. */
  const makeCluster = async (name: string) => {
    const trusted = { Effect: "Allow", Principal: { Service: "eks.amazonaws.com" }, Action: "sts:AssumeRole" };
    const trust = JSON.stringify({ Version: "2012-10-17", Statement: [trusted] });
    const { Role } = await new IAMClient().send(
      new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }),
    );
    const resourcesVpcConfig = { subnetIds: ["subnet-a", "subnet-b"] };
    await eks.send(new CreateClusterCommand({ name, roleArn: Role!.Arn, resourcesVpcConfig }));
    const status = async () => (await eks.send(new DescribeClusterCommand({ name }))).cluster!.status;
    await until(`the cluster ${name} is ACTIVE`, async () => (await status()) === "ACTIVE");
  };

  /** Makes every call as the pod of `own`, on four tables, of which the carts service's calls are allowed on the first ones. */
  const assertCalls = async (what: string, own: string, another: string, allowed: number) => {
    const verdicts = await verdictsOf(await clientOf(own), [PREFIX + own, PREFIX + another, ...OF_NOBODY]);
    const expected = (count: number) => [0, 1, 2, 3].map((i) => (i < count ? "allowed" : "denied"));
    for (const call of Object.keys(CARTS_CALLS)) assert.deepEqual(verdicts[call], expected(allowed), call);
    for (const call of Object.keys(OTHER_CALLS)) assert.deepEqual(verdicts[call], expected(0), call);
    const head = ["call", "its own table", `that of ${another}`, ...OF_NOBODY.map((name) => `\`${name}\``)];
    const rows = Object.entries(verdicts).map(([call, cells]) => [call, ...cells]);
    await assertDocumented(`the calls ${what}`, markdown(head, rows));
  };

  it("an instance's pod does what the carts service does with its own table, and nothing else", async () => {
    await assertCalls("of an instance's pod", one, other, 1);
    await assertCalls("of another instance's pod", other, one, 1);
  });

  const seen: string[][] = [];
  /** Notes EKS Auth's answer once it is the one that is expected: what was changed counts after a while. */
  const answers = async (wanted: "let in" | "refused", who: string, role: string, choice: PodChoice) => {
    const said = async () => {
      const answer = await ask(choice);
      if (!("refused" in answer)) return "let in";
      return answer.refused === "AccessDeniedException" ? "refused" : answer.refused;
    };
    await until(`${who} is ${wanted}`, async () => (await said()) === wanted);
    seen.push([who, role, wanted]);
  };
  /** As {@link answers}, with an association of the pod's service account for as long as that takes. */
  const withAssociation = async (
    role: string,
    { namespace, cluster = CLUSTER_NAME }: PodChoice,
    then: () => Promise<void>,
  ) => {
    const roleArn = (await aws.role(role)).Arn!;
    const pair = { clusterName: cluster, namespace, serviceAccount: "carts" };
    const { association } = await eks.send(new CreatePodIdentityAssociationCommand({ ...pair, roleArn }));
    await then();
    const { associationId } = association!;
    await eks.send(new DeletePodIdentityAssociationCommand({ clusterName: cluster, associationId }));
  };
  const withoutTags = async (instance: string, then: () => Promise<void>) => {
    const { associationId } = (await aws.associations()).find(({ namespace }) => namespace === instance)!;
    const change = async (disableSessionTags: boolean) =>
      eks.send(
        new UpdatePodIdentityAssociationCommand({ clusterName: CLUSTER_NAME, associationId, disableSessionTags }),
      );
    await change(true);
    await then();
    await change(false);
  };
  const stranger = { namespace: STRANGER, pod: STRANGER };
  const strangers = `\`${STRANGER}/carts\`, with an association of its own`;
  const verify = async (instance: string) => {
    const door = join(CLONE, "automation/carts.mjs");
    const cwd = join(CLONE, PROGRAMS, "teams/team");
    const args = [door, "verify", ...(await stackOf(instance).args()), "--cwd", cwd, "--json"];
    const { stdout, stderr } = await sandbox.run("node", args);
    assert.ok(stdout, stderr);
    const { checks } = JSON.parse(stdout) as Verification;
    return Object.fromEntries(checks.map(({ id, verdict, found }) => [id, `${verdict}: ${found}`]));
  };

  it("a role for one table lets its own service account in, in its own cluster and account, with session tags", async () => {
    const role = PREFIX + one;
    const shown = `for one table, of \`${one}/carts\``;
    await answers("let in", `\`${one}/carts\``, shown, { namespace: one });
    await withAssociation(role, stranger, async () => {
      await answers("refused", strangers, shown, stranger);
      assert.match((await verify(one))["role-users"]!, /^wrong: stranger\/carts, a-[a-z0-9]{17}: not let in$/);
    });
    const elsewhere = { namespace: one, cluster: ELSEWHERE };
    await withAssociation(role, elsewhere, () =>
      answers("refused", `\`${one}/carts\` of another cluster`, shown, elsewhere),
    );
    await withoutTags(one, async () => {
      await answers("refused", `\`${one}/carts\`, its association with \`disableSessionTags\``, shown, {
        namespace: one,
      });
      const { association } = await verify(one);
      assert.match(
        association!,
        /^wrong: [\s\S]*\nno session tags\nso that no pod is let in: the role asks for eks-cluster-name, /,
      );
    });
    const trust = decodeURIComponent((await aws.role(role)).AssumeRolePolicyDocument!);
    const trusted = async (PolicyDocument: string) =>
      new IAMClient().send(new UpdateAssumeRolePolicyCommand({ RoleName: role, PolicyDocument }));
    await trusted(trust.replace(/"aws:SourceAccount":"\d+"/, '"aws:SourceAccount":"999999999999"'));
    await answers("refused", `\`${one}/carts\`, once another account is trusted`, shown, { namespace: one });
    await trusted(trust);
    await answers("let in", `\`${one}/carts\`, once its own is again`, shown, { namespace: one });
    assert.match((await verify(one))["role-users"]!, /^ok: nobody$/);
  });

  it("a role for all tables of the cluster, which instances share, lets in who has an association there", async () => {
    const role = PREFIX + third;
    const shown = "for all tables of the cluster";
    const before = await aws.role(role);
    await stackOf(third).up({ roleScope: "cluster" });
    await stackOf(other).up({ roleName: role });
    assert.equal((await aws.role(role)).RoleId, before.RoleId, "changed in place");
    for (const instance of [third, other]) {
      await answers("let in", `\`${instance}/carts\``, shown, { namespace: instance });
    }
    await withAssociation(role, stranger, () => answers("let in", strangers, shown, stranger));
    const another = { namespace: other, cluster: ELSEWHERE };
    await withAssociation(role, another, () =>
      answers("refused", `\`${other}/carts\` of another cluster`, shown, another),
    );
    await withoutTags(other, () =>
      answers("refused", `\`${other}/carts\`, its association with \`disableSessionTags\``, shown, {
        namespace: other,
      }),
    );
    await answers("let in", `\`${other}/carts\`, with session tags again`, shown, { namespace: other });
    await assertDocumented("who is let in", markdown(["pods of", "role", "EKS Auth"], seen));
    const checks = await verify(third);
    assert.match(checks["role-users"]!, new RegExp(`^ok: ${other}/carts, a-[a-z0-9]{17}$`));

    await assertCalls("with a role for all tables of the cluster", other, third, 3);
  });

  it("nothing is left of that", async () => {
    for (const name of OF_NOBODY) await aws.dropTable(name);
    await kubectl("delete", "namespace", STRANGER);
    await eks.send(new DeleteClusterCommand({ name: ELSEWHERE }));
    await new IAMClient().send(new DeleteRoleCommand({ RoleName: ELSEWHERE }));
  });
}

import assert from "node:assert/strict";
import { takeBack } from "../../../automation/stack/index.ts";
import type { SelectedStack } from "../../../automation/stack/selection.ts";
import type { StackState } from "../../../automation/stack/state.ts";
import { begunInAws, thereAlready } from "../../../automation/update/unheard.ts";
import { FakeAws, iamAnswer, iamError } from "../aws/fakeAws.ts";

const ROLE = "aws:iam/role:Role";
const URN = `urn:pulumi:dev::p::${ROLE}::carts-role`;
const PROVIDER = "urn:pulumi:dev::p::pulumi:providers:aws::own";
const POLICY = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ["a:b"] }] };
const declared = {
  ...{ urn: URN, type: ROLE, custom: true, id: "", parent: "", provider: `${PROVIDER}::1`, outputs: {} },
  inputs: { name: "r", assumeRolePolicy: JSON.stringify(POLICY) },
};
const begun = (op: string, type = ROLE) =>
  begunInAws({ resourcePreEvent: { metadata: { op, urn: URN, type, new: declared } } } as never);
const refusal = { urn: URN, message: "StatusCode: 409, EntityAlreadyExists: Role with name r already exists." };

describe("a creation that the stack did not hear of", () => {
  const aws = new FakeAws();
  before(() => aws.start());
  after(() => aws.stop());

  /** What becomes of the state, and is said, when a role is there that was made at a time. */
  async function take(made: string | undefined) {
    const document = encodeURIComponent(JSON.stringify(POLICY));
    const role = `<Role><RoleName>r</RoleName><Arn>arn:r</Arn><CreateDate>${made}</CreateDate><AssumeRolePolicyDocument>${document}</AssumeRolePolicyDocument></Role>`;
    aws.answers.GetRole = made ? iamAnswer("GetRole", role) : iamError(404, "NoSuchEntity");
    const inputs = { region: "eu-north-1", accessKey: "A", secretKey: "s" };
    const provider = { urn: PROVIDER, type: "pulumi:providers:aws", id: "1", custom: true, inputs };
    const state: StackState = { resources: [{ ...provider, created: "2026-11-27T10:00:00Z" }] };
    const written: StackState[] = [];
    const refreshed: unknown[] = [];
    const stack = {
      ...{ name: "dev", history: async () => [], workspace: { listStacks: async () => [] } },
      importStack: async ({ deployment }: { deployment: StackState }) => written.push(deployment),
      refresh: async ({ target }: { target: unknown }) => refreshed.push(target),
    };
    const notes: string[] = [];
    const selected = { stack, state, project: "p", cwd: "." } as unknown as SelectedStack;
    const taken = await takeBack(selected, thereAlready(begun("create"), [refusal]), {
      note: (text) => notes.push(text),
    });
    const ids = written.map(({ resources = [] }) => resources.map(({ id }) => id));
    return { taken, ids, refreshed, notes };
  }

  it("is seen where Pulumi began to create what is there already, in AWS", () => {
    assert.deepEqual(thereAlready(begun("create"), [refusal]), [declared]);
    assert.deepEqual(thereAlready(begun("create-replacement"), [refusal]), [], "two of one name");
    assert.deepEqual(thereAlready(begun("create"), [{ ...refusal, message: "AccessDenied" }]), []);
    assert.deepEqual(thereAlready(begun("create"), [{ ...refusal, urn: PROVIDER }]), []);
    assert.deepEqual(begun("create", "kubernetes:core/v1:Namespace"), []);
  });

  it("is taken into the state, and asked for anew", async () => {
    assert.deepEqual(await take("2026-11-27T10:00:05Z"), {
      taken: true,
      ids: [["1", "r"]],
      refreshed: [[URN]],
      notes: [`${ROLE} carts-role: created, as r: taken back`],
    });
  });

  it("is somebody else's where it is older than all that the stack has", async () => {
    const { taken, ids, notes } = await take("2026-11-26T10:00:00Z");
    assert.deepEqual([taken, ids], [false, []]);
    assert.match(
      notes.join(),
      /^aws:iam\/role:Role carts-role is there \(r\), but is not this stack's own to take back: it was made/,
    );
  });

  it("is none where it is there no more", async () => {
    const { taken, ids } = await take(undefined);
    assert.deepEqual([taken, ids], [false, []]);
  });
});

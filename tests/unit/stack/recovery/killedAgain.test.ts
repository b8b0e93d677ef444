import assert from "node:assert/strict";
import { completeTaken, recover } from "../../../../automation/stack/resume.ts";
import type { SelectedStack } from "../../../../automation/stack/selection.ts";
import type { ResourceState, StackState } from "../../../../automation/stack/state.ts";
import { FakeAws, iamAnswer } from "../../aws/fakeAws.ts";
import { FakeApiServer } from "../../live/fakeApiServer.ts";

const CLUSTER = "urn:pulumi:dev::p::pulumi:providers:kubernetes::cluster";
const ACCOUNT = "urn:pulumi:dev::p::pulumi:providers:aws::aws";
const API = "kro.run/v1alpha1";
const CREATED = "2026-01-01T00:00:00Z";
const POLICY = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ["a:b"] }] });
const metadata = {
  name: "carts",
  namespace: "default",
  annotations: { "pulumi.com/waitFor": '["x","condition=Ready"]' },
};
const custom = { custom: true, created: CREATED };

const ROLE: ResourceState = {
  ...{ urn: "urn:pulumi:dev::p::aws:iam/role:Role::role", type: "aws:iam/role:Role", provider: `${ACCOUNT}::1` },
  custom: true,
  inputs: { name: "r", assumeRolePolicy: POLICY },
};
const INSTANCE: ResourceState = {
  ...{ urn: `urn:pulumi:dev::p::kubernetes:${API}:CartsStack::carts`, type: `kubernetes:${API}:CartsStack` },
  ...{ provider: `${CLUSTER}::1`, custom: true, inputs: { metadata, spec: { tableName: "t" } } },
};
const status = (ready: string) => ({ conditions: [{ type: "Ready", status: ready }] });

/** What the plugins have of each, when they are asked: the instance is not Ready yet. */
const OUTPUTS: Readonly<Record<string, NonNullable<ResourceState["outputs"]>>> = {
  [ROLE.urn]: { arn: "arn:r" },
  [INSTANCE.urn]: { metadata, status: status("False") },
};

/** A stack as Pulumi keeps it, whose run is killed before one of the changes of its state. */
class Backend {
  state: StackState;
  #left: number;

  constructor(state: StackState, changes = Number.POSITIVE_INFINITY) {
    this.state = state;
    this.#left = changes;
  }

  get selected(): SelectedStack {
    const stack = {
      name: "dev",
      history: async () => [],
      workspace: { listStacks: async () => [] },
      exportStack: async () => ({ version: 3, deployment: this.state }),
      // As Pulumi 3.259 does.
      importStack: async ({ deployment }: { readonly deployment: StackState }) => {
        const urns = deployment.resources!.filter((one) => !one.delete).map(({ urn }) => urn);
        assert.equal(new Set(urns).size, urns.length, "duplicate resource (not marked for deletion)");
        this.#change({ ...deployment, pending_operations: [] });
      },
      refresh: async ({ target }: { readonly target: readonly string[] }) =>
        this.#change({
          ...this.state,
          resources: this.state.resources!.map(({ initErrors, ...one }) =>
            !target.includes(one.urn) || one.delete
              ? { ...one, ...(initErrors && { initErrors }) }
              : { ...one, outputs: { ...one.outputs, ...OUTPUTS[one.urn] } },
          ),
        }),
    };
    return {
      stack,
      state: this.state,
      project: "p",
      cwd: "/nowhere",
      configFile: undefined,
    } as unknown as SelectedStack;
  }

  #change(state: StackState): void {
    if (this.#left-- <= 0) throw new Error("killed");
    this.state = state;
  }
}

describe("a run that is killed while it takes back what another had created", () => {
  const server = new FakeApiServer();
  const aws = new FakeAws();
  let providers: ResourceState[];

  before(async () => {
    const kubeconfig = (await server.start()).exportConfig();
    server.serve(API, "CartsStack", "cartsstacks");
    server.put({
      ...{ apiVersion: API, kind: "CartsStack", spec: { tableName: "t" } },
      metadata: {
        ...{ name: "carts", namespace: "default", creationTimestamp: CREATED },
        managedFields: [{ manager: "pulumi-kubernetes-1", fieldsV1: { "f:spec": {} } }],
      } as never,
    });
    await aws.start();
    aws.answers.GetRole = iamAnswer(
      "GetRole",
      `<Role><RoleName>r</RoleName><Arn>arn:r</Arn><CreateDate>${CREATED}</CreateDate>` +
        `<AssumeRolePolicyDocument>${encodeURIComponent(POLICY)}</AssumeRolePolicyDocument></Role>`,
    );
    const provider = (urn: string, type: string, inputs: ResourceState["inputs"]): ResourceState => ({
      ...{ urn, type: `pulumi:providers:${type}`, id: "1", ...custom, inputs: inputs! },
    });
    providers = [
      provider(CLUSTER, "kubernetes", { kubeconfig }),
      provider(ACCOUNT, "aws", { region: "eu-north-1", accessKey: "A", secretKey: "s" }),
    ];
  });
  after(() => {
    server.stop();
    aws.stop();
  });

  /** The state after a kill in front of each change, if any, and all that the next run does. */
  async function resumed(before: StackState, changes?: number): Promise<{ state: StackState; notes: string[] }> {
    const notes: string[] = [];
    const note = (text: string) => notes.push(text);
    const run = async (backend: Backend) => {
      if (backend.state.pending_operations!.length > 0) await recover(backend.selected, { note });
      await completeTaken("up", backend.selected, note);
      return backend.state;
    };
    const killed = new Backend(before, changes);
    await run(killed).catch((error: Error) => {
      if (error.message !== "killed") throw error;
    });
    notes.length = 0;
    return { state: await run(new Backend(killed.state)), notes };
  }

  const state = (...resources: ResourceState[]): StackState => ({
    resources: [...providers, ...resources],
    pending_operations: [ROLE, INSTANCE].map((resource) => ({ type: "creating", resource })),
  });

  it("leaves nothing that the next run does not complete, wherever it is killed", async () => {
    for (const changes of [0, 1, 2, 3, 4]) {
      const { resources } = (await resumed(state(), changes)).state;
      const of = (urn: string) => resources!.filter((one) => one.urn === urn);
      const [role, ...roles] = of(ROLE.urn);
      const [instance, ...instances] = of(INSTANCE.urn);
      assert.deepEqual([role!.id, role!.outputs!.arn, roles.length], ["r", "arn:r", 0], `killed at ${changes}`);
      assert.deepEqual([instance!.id, instances.length], ["default/carts", 0]);
      assert.ok(instance!.outputs!.status, `killed at ${changes}`);
      assert.deepEqual(
        instance!.initErrors,
        ["the run that created it was killed while it waited"],
        `killed at ${changes}`,
      );
    }
  });

  it("is told of, and what is whole is left alone", async () => {
    const { notes } = await resumed(state(), 1);
    assert.deepEqual(
      notes.map((note) => note.split(" ").slice(1).join(" ")),
      ["role", "carts"].map((name) => `${name} had been taken back without its outputs, by a run that was killed`),
    );
    const whole = { ...INSTANCE, id: "default/carts", outputs: { metadata, status: status("True") } };
    const others = { ...whole, urn: `${INSTANCE.urn}-waiting`, external: true, outputs: {} };
    const backend = new Backend({ resources: [...providers, whole, others] }, 0);
    assert.equal(await completeTaken("up", backend.selected, assert.fail), false);
    const unready = { ...whole, outputs: { metadata, status: status("False") } };
    assert.equal(await completeTaken("destroy", new Backend({ resources: [unready] }, 0).selected, assert.fail), false);
  });

  it("takes back what was made in the place of another: that is gone, or waits for its deletion", async () => {
    const gone = { ...INSTANCE, id: "default/carts", outputs: { spec: "old" }, pendingReplacement: true };
    const old = { ...ROLE, ...custom, id: "old", outputs: { arn: "arn:old" } };
    const { resources } = (await resumed(state(old, gone))).state;
    const shown = resources!.slice(providers.length).map(({ urn, id, delete: going }) => [urn, id, going ?? false]);
    assert.deepEqual(shown, [
      [ROLE.urn, "r", false],
      [ROLE.urn, "old", true],
      [INSTANCE.urn, "default/carts", false],
    ]);
    assert.equal(resources!.at(-1)!.outputs!.spec, undefined);
  });
});

import assert from "node:assert/strict";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { runtime } from "@pulumi/pulumi";
import { ADOPTION, type Adoption } from "../../../components/adoption.ts";
import { CartsStack } from "../../../components/cartsStack.ts";
import type { FakeApiServer } from "../live/fakeApiServer.ts";
import { cartsServer } from "./cartsServer.ts";
import { type Declared, declare, failures } from "./mocks.ts";

const KRO = "kro.run/v1alpha1";
const uid = (apiVersion: string, kind: string, name: string, namespace?: string) =>
  JSON.stringify([apiVersion, kind, namespace, name]);
const [DEFINITION, INSTANCE, NAMESPACE] = [
  uid(KRO, "ResourceGraphDefinition", "cartsstack"),
  uid(KRO, "CartsStack", "carts-kro", "default"),
  uid("v1", "Namespace", "carts-kro"),
];
const OWN = { project: "carts-stack", stack: "test" };

describe("what is adopted", () => {
  let server: FakeApiServer;
  let kubeconfig: string;

  beforeEach(async () => {
    server = cartsServer();
    kubeconfig = (await server.start()).exportConfig();
    const put = (apiVersion: string, kind: string, name: string, namespace?: string) =>
      server.put({ apiVersion, kind, metadata: { name, ...(namespace && { namespace }) } });
    put(KRO, "ResourceGraphDefinition", "cartsstack");
    put(KRO, "CartsStack", "carts-kro", "default");
    put("v1", "Namespace", "carts-kro");
  });
  afterEach(() => {
    delete process.env[ADOPTION];
    server.stop();
  });

  async function run(
    adoption: Adoption | undefined,
    preview = false,
  ): Promise<{ error: string; declared: readonly Declared[] }> {
    if (adoption) process.env[ADOPTION] = JSON.stringify(adoption);
    const declared = await declare({ preview });
    let isDone = false;
    const program = () => {
      const carts = new CartsStack(
        "carts",
        { clusterName: "c" },
        { providers: { kubernetes: new Provider("k", { kubeconfig }) } },
      );
      carts.nodes.instance.urn.apply(() => {
        isDone = true;
      });
    };
    const [error = ""] = await failures(program, () => isDone);
    if (!error) await runtime.disconnect();
    return { error, declared };
  }

  const imported = (declared: readonly Declared[]) =>
    Object.fromEntries(
      declared.flatMap(({ name, request }) => (request.getImportid() ? [[name, request.getImportid()]] : [])),
    );

  it("is imported by the ids that are told, and nothing else is", async () => {
    const imports = {
      "aws:iam/role:Role carts-role": "c-carts-dynamo",
      "aws:iam/rolePolicy:RolePolicy carts-policy": "c-carts-dynamo:carts-dynamo",
      "aws:eks/podIdentityAssociation:PodIdentityAssociation carts-association": "c,a-1",
      [`kubernetes:${KRO}:ResourceGraphDefinition carts-definition`]: "cartsstack",
      [`kubernetes:${KRO}:CartsStack carts`]: "default/carts-kro",
    };
    const { error, declared } = await run({ ...OWN, imports, uids: [DEFINITION, INSTANCE, NAMESPACE] });
    assert.equal(error, "");
    assert.deepEqual(imported(declared), {
      "carts-role": "c-carts-dynamo",
      "carts-policy": "c-carts-dynamo:carts-dynamo",
      "carts-association": "c,a-1",
      "carts-definition": "cartsstack",
      carts: "default/carts-kro",
    });
    const some = await run({
      ...OWN,
      imports: { "aws:iam/role:Role carts-role": "x" },
      uids: [DEFINITION, INSTANCE, NAMESPACE],
    });
    assert.deepEqual(imported(some.declared), { "carts-role": "x" });
  });

  it("passes the guards by its uid, and what is beside it does not", async () => {
    const all = [DEFINITION, INSTANCE, NAMESPACE];
    for (const [left, refused] of [
      [DEFINITION, /ResourceGraphDefinition cartsstack exists/],
      [INSTANCE, /CartsStack default\/carts-kro exists/],
      [NAMESPACE, /a Namespace carts-kro exists/],
    ] as const) {
      const { error } = await run({ ...OWN, imports: {}, uids: all.filter((one) => one !== left) });
      assert.match(error, refused);
      assert.equal(error.split("\n").filter((line) => /exists/.test(line)).length, 1, error);
    }
  });

  it("is another stack's affair, and without uids that of a preview alone", async () => {
    for (const [adoption, preview] of [
      [undefined, false],
      [{ ...OWN, stack: "other", imports: {}, uids: [DEFINITION, INSTANCE, NAMESPACE] }, false],
      [{ ...OWN, project: "other", imports: {}, uids: [DEFINITION, INSTANCE, NAMESPACE] }, false],
      [{ ...OWN, imports: {} }, false],
      [{ ...OWN, imports: {}, uids: [] }, true],
    ] as const) {
      delete process.env[ADOPTION];
      assert.match((await run(adoption, preview)).error, /exists/, JSON.stringify(adoption));
    }
    assert.equal((await run({ ...OWN, imports: {} }, true)).error, "");
  });

  it("is refused where the variable is something else, before anything is declared", async () => {
    for (const text of ["yes", "null", "{}", '{"imports":{},"uids":"all"}']) {
      process.env[ADOPTION] = text;
      await assert.rejects(run(undefined, true), /nothing was changed: CARTS_STACK_ADOPTION is .*: unset it/);
    }
  });

  it("leaves the revision open in a preview, whose API server has the schema of before", async () => {
    const revisionIn = async (adoption: Adoption) => {
      const { declared } = await run(adoption, true);
      const { spec } = declared.find(({ type }) => type === `kubernetes:${KRO}:CartsStack`)!.inputs as {
        spec: { revision?: string };
      };
      return spec.revision;
    };
    const uids = [DEFINITION, INSTANCE, NAMESPACE];
    const imports = { [`kubernetes:${KRO}:ResourceGraphDefinition carts-definition`]: "cartsstack" };
    assert.doesNotMatch(String(await revisionIn({ ...OWN, imports, uids })), /^[0-9a-f]{12}$/);
    assert.match(String(await revisionIn({ ...OWN, imports: {}, uids })), /^[0-9a-f]{12}$/);
  });
});

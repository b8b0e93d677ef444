import assert from "node:assert/strict";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { runtime } from "@pulumi/pulumi";
import { type CartsStackArgs, TableOnDestroy } from "../../../components/args.ts";
import { CartsStack } from "../../../components/cartsStack.ts";
import type { FakeApiServer } from "../live/fakeApiServer.ts";
import { cartsServer } from "./cartsServer.ts";
import { declare, failures, type Run } from "./mocks.ts";

const KRO = "kro.run/v1alpha1";
const START = "urn:pulumi:test::carts-stack::carts-stack:index:CartsStack$";
const SPEC = { tableName: "c-carts-kro", namespace: "carts-kro", tableOnDestroy: "delete", serviceAccount: "carts" };
const NOTED = {
  [`${START}kubernetes:${KRO}:CartsStack::carts`]: {
    ...{ metadata: { name: "carts-kro", namespace: "default", uid: "i", generation: 1 }, spec: SPEC },
  },
  [`${START}kubernetes:${KRO}:ResourceGraphDefinition::carts-definition`]: {
    metadata: { name: "cartsstack", uid: "d" },
  },
  [`${START}aws:iam/role:Role::carts-role`]: { name: "c-carts-dynamo" },
};

describe("what a stack has and somebody has deleted", () => {
  let server: FakeApiServer;
  let kubeconfig: string;

  beforeEach(async () => {
    server = cartsServer();
    kubeconfig = (await server.start()).exportConfig();
  });
  afterEach(() => server.stop());

  const put = (kind: string, metadata: object & { name: string }) => server.put({ apiVersion: KRO, kind, metadata });

  /** What a program is warned of. */
  async function warnings(run: Run, args: Partial<CartsStackArgs> = {}): Promise<string[]> {
    const found: string[] = [];
    await declare({ previous: NOTED, ...run, onWarning: (message) => found.push(message) });
    const kubernetes = new Provider("cluster", { kubeconfig });
    let isDone = false;
    const program = () => {
      const carts = new CartsStack("carts", { clusterName: "c", ...args }, { providers: { kubernetes } });
      carts.nodes.instance.urn.apply(() => {
        isDone = true;
      });
    };
    assert.deepEqual(await failures(program, () => isDone), []);
    // As a program does at its end.
    await runtime.disconnect();
    return found.sort();
  }

  /** AWS, or its plugin, of a role. */
  const answering = (message: string): Run => ({
    onCall: (token) => {
      if (token === "aws:iam/getRole:getRole") throw Object.assign(new Error(message), { details: message });
    },
  });

  it("is told in an update, with what makes it again", async () => {
    const how =
      "though this stack has it, and nothing in this update makes it anew: `pulumi up --refresh` does, or `carts up`";
    assert.deepEqual(await warnings(answering("reading IAM Role (c-carts-dynamo): couldn't find resource")), [
      `CartsStack default/carts-kro is not in the cluster any more, ${how}`,
      `ResourceGraphDefinition cartsstack is not in the cluster any more, ${how}`,
      `the role c-carts-dynamo is not in AWS any more, ${how}`,
    ]);
  });

  it("is nothing where all is there", async () => {
    put("ResourceGraphDefinition", { name: "cartsstack" });
    put("CartsStack", { name: "carts-kro", namespace: "default", uid: "i", generation: 1 } as never);
    assert.deepEqual(await warnings({}), []);
    assert.ok(server.requests.some((path) => path.endsWith("/resourcegraphdefinitions/cartsstack")));
  });

  it("is nothing in a preview, nor in the first update, nor of what can't be looked at", async () => {
    assert.deepEqual(await warnings({ preview: true }), []);
    assert.deepEqual(await warnings({ previous: {} }), []);
    for (const path of ["resourcegraphdefinitions/cartsstack", "namespaces/default/cartsstacks/carts-kro"]) {
      server.refused.set(`/apis/${KRO}/${path}`, 403);
    }
    assert.deepEqual(await warnings(answering("AccessDenied: iam:GetRole")), []);
  });

  it("is not what the update itself has made in the place of another", async () => {
    put("ResourceGraphDefinition", { name: "cartsstack" });
    const annotations = { "carts-stack/owner": "organization/carts-stack/test" };
    put("CartsStack", { name: "blue", namespace: "default", annotations } as never);
    const own = { namespace: "blue", tableName: "c-carts-blue", tableOnDestroy: TableOnDestroy.Delete };
    assert.deepEqual(await warnings({}, { instanceName: "blue", ...own }), []);
  });
});

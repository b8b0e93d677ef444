import assert from "node:assert/strict";
import { Provider } from "@pulumi/kubernetes/provider.js";
import type { CartsStackArgs } from "../../../components/args.ts";
import { CartsApi } from "../../../components/cartsApi.ts";
import { CartsStack } from "../../../components/cartsStack.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";
import { declare, failures, type Run } from "./mocks.ts";

const STACK = "urn:pulumi:test::carts-stack::carts-stack:index:CartsStack";
const CRDS = ["roles.iam.services.k8s.aws", "podidentityassociations.eks.services.k8s.aws"];
const ASSOCIATION = { apiVersion: "eks.services.k8s.aws/v1alpha1", kind: "PodIdentityAssociation" };

describe("an identity that is, or was, ACK's", () => {
  let server: FakeApiServer;
  let kubeconfig: string;

  beforeEach(async () => {
    server = new FakeApiServer();
    kubeconfig = (await server.start()).exportConfig();
    server.serve("apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", false);
    server.serve("kro.run/v1alpha1", "ResourceGraphDefinition", "resourcegraphdefinitions", false);
    server.serve(ASSOCIATION.apiVersion, ASSOCIATION.kind, "podidentityassociations", true);
    server.serve("iam.services.k8s.aws/v1alpha1", "Role", "roles", true);
  });
  afterEach(() => server.stop());

  const hasKinds = (...names: readonly string[]) => {
    for (const name of names) {
      server.put({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name } });
    }
  };

  async function refused(args: Partial<CartsStackArgs>, run: Run = {}, isDone?: () => boolean): Promise<string> {
    const declared = await declare(run);
    const done = isDone ?? (() => declared.some(({ type }) => type === "kubernetes:kro.run/v1alpha1:CartsStack"));
    const found = await failures(() => {
      const kubernetes = new Provider("cluster", { kubeconfig });
      new CartsStack("carts", { clusterName: "c", ...args }, { providers: { kubernetes } });
    }, done);
    return found.join("\n");
  }

  it("is refused where a kind is missing that its graph names, by its name", async () => {
    hasKinds(CRDS[0]!);
    assert.match(
      await refused({ identity: "ack" }),
      /this cluster has no podidentityassociations\.eks\.services\.k8s\.aws: .* Install ACK's EKS controller first/,
    );
    hasKinds(CRDS[1]!);
    assert.doesNotMatch(await refused({ identity: "ack" }), /podidentityassociations/);
  });

  it("is refused of an API of the program that doesn't serve it", async () => {
    hasKinds(...CRDS);
    await declare();
    const found = await failures(() => {
      const kubernetes = new Provider("cluster", { kubeconfig });
      const opts = { providers: { kubernetes } };
      const api = new CartsApi("api", {}, opts);
      new CartsStack("carts", { clusterName: "c", identity: "ack", api: api.definitionName }, opts);
    });
    assert.match(
      found.join(),
      /identity is "ack", but the CartsApi of this program does not serve it: set its identities/,
    );
  });

  describe("and is to be Pulumi's", () => {
    const instance = {
      metadata: { name: "carts-kro", namespace: "default" },
      spec: {
        ...{ tableName: "c-carts-kro", namespace: "carts-kro", tableOnDestroy: "retain", serviceAccount: "carts" },
        identity: { mode: "ack", clusterName: "c", roleArn: "" },
      },
      status: { roleARN: "arn:aws:iam::111122223333:role/c-carts-dynamo", associationID: "a-1" },
    };
    const URN = `${STACK}$kubernetes:kro.run/v1alpha1:CartsStack::carts`;
    const urnOf = (type: string, name: string) => `${STACK}$aws:${type}::carts-${name}`;
    const imported = {
      [urnOf("eks/podIdentityAssociation:PodIdentityAssociation", "association")]: {},
      [urnOf("iam/role:Role", "role")]: { name: "c-carts-dynamo" },
      [urnOf("iam/rolePolicy:RolePolicy", "policy")]: {},
    };
    const hasAssociation = (annotations: Record<string, string>, status: object = { associationID: "a-1" }) =>
      server.put({
        ...ASSOCIATION,
        metadata: { name: "carts", namespace: "carts-kro", annotations } as { name: string },
        status,
      });

    it("is refused with all that is to be run first", async () => {
      hasAssociation({});
      const found = await refused({}, { previous: { [URN]: instance } });
      const lines = found.split("\n").filter((line) => line.startsWith("  "));
      const parent = `--parent 'carts=${STACK}::carts' --generate-code=false --yes`;
      assert.deepEqual(lines, [
        "  kubectl annotate -n carts-kro podidentityassociation.eks.services.k8s.aws/carts services.k8s.aws/deletion-policy=retain",
        `  pulumi import aws:eks/podIdentityAssociation:PodIdentityAssociation carts-association c,a-1 ${parent}`,
        `  pulumi import aws:iam/role:Role carts-role c-carts-dynamo ${parent}`,
        `  pulumi import aws:iam/rolePolicy:RolePolicy carts-policy c-carts-dynamo:carts-dynamo ${parent}`,
      ]);
    });

    it("is not to be imported as long as ACK has not made it, though ACK is to leave it if it makes it yet", async () => {
      hasAssociation({}, {});
      const metadata = { name: "carts-role", namespace: "carts-kro" };
      server.put({ apiVersion: "iam.services.k8s.aws/v1alpha1", kind: "Role", metadata, status: {} });
      const found = await refused({}, { previous: { [URN]: { ...instance, status: {} } } });
      assert.deepEqual(
        found.split("\n").filter((line) => line.startsWith("  ")),
        [
          "  kubectl annotate -n carts-kro podidentityassociation.eks.services.k8s.aws/carts role.iam.services.k8s.aws/carts-role services.k8s.aws/deletion-policy=retain",
        ],
      );
    });

    it("is refused as long as ACK would delete it, though the state has it", async () => {
      hasAssociation({});
      const found = await refused({}, { previous: { [URN]: instance, ...imported } });
      assert.match(found, /kubectl annotate/);
      assert.doesNotMatch(found, /pulumi import/);
    });

    it("goes on when ACK leaves it and the state has it", async () => {
      hasAssociation({ "services.k8s.aws/deletion-policy": "retain" });
      assert.doesNotMatch(await refused({}, { previous: { [URN]: instance, ...imported } }), /identity/);
    });

    it("is refused together with a change of what it is of", async () => {
      const cases = { serviceAccount: "basket", roleName: "shared" };
      for (const [key, value] of Object.entries(cases)) {
        const found = await refused({ namespace: "carts-kro", [key]: value }, { previous: { [URN]: instance } });
        assert.match(found, new RegExp(`and ${key} with it\\. Change one of them in an update of its own`), key);
      }
    });
  });
});

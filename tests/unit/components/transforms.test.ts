import assert from "node:assert/strict";
import { type ResourceTransform, runtime } from "@pulumi/pulumi";
import { CartsStack } from "../../../components/cartsStack.ts";
import { declare } from "./mocks.ts";

const ROLE = "aws:iam/role:Role";
const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";

/** The example of docs/behaviour.md. */
const bounded: ResourceTransform = ({ type, props, opts }) =>
  type === ROLE
    ? { props: { ...props, permissionsBoundary: "arn:aws:iam::aws:policy/PowerUserAccess" }, opts }
    : undefined;

describe("Pulumi's transforms", () => {
  it("reach every resource underneath a CartsStack", async () => {
    const types: string[] = [];
    await declare();
    const all: ResourceTransform = ({ type }) => {
      types.push(type);
      return undefined;
    };
    const carts = new CartsStack("carts", { clusterName: "c", routeUi: true }, { transforms: [all] });
    await new Promise((resolve) => carts.nodes.instance.urn.apply(resolve));
    await runtime.disconnect();
    assert.deepEqual(types.sort(), [
      ASSOCIATION,
      ROLE,
      "aws:iam/rolePolicy:RolePolicy",
      "carts-stack:index:CartsStack",
      "kubernetes:apps/v1:DeploymentPatch",
      "kubernetes:kro.run/v1alpha1:CartsStack",
      "kubernetes:kro.run/v1alpha1:ResourceGraphDefinition",
    ]);
  });

  it("adjust what a resource is declared with, and leave the others", async () => {
    const inputsOf = async (transforms: ResourceTransform[]) => {
      const declared = await declare();
      const carts = new CartsStack("carts", { clusterName: "c" }, { transforms });
      await new Promise((resolve) => carts.nodes.instance.urn.apply(resolve));
      await runtime.disconnect();
      return Object.fromEntries(declared.map(({ type, inputs }) => [type, inputs]));
    };
    const [plain, adjusted] = [await inputsOf([]), await inputsOf([bounded])];
    const permissionsBoundary = "arn:aws:iam::aws:policy/PowerUserAccess";
    assert.deepEqual(adjusted, { ...plain, [ROLE]: { ...plain[ROLE], permissionsBoundary } });
  });
});

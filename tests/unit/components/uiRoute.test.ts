import assert from "node:assert/strict";
import { type Output, runtime } from "@pulumi/pulumi";
import { CartsStack } from "../../../components/cartsStack.ts";
import { hasRoute, type LiveDeployment, routeProblem } from "../../../components/ui/uiDeployment.ts";
import { type Declared, declare } from "./mocks.ts";

const PATCH = "kubernetes:apps/v1:DeploymentPatch";
const VARIABLE = "RETAIL_UI_ENDPOINTS_CARTS";
const route = { container: "ui", variable: VARIABLE, endpoint: "http://carts.carts-kro.svc.cluster.local" };

interface Given {
  readonly env?: readonly object[];
  readonly envFrom?: readonly object[];
  readonly manager?: string;
  readonly generation?: number;
  readonly reason?: string;
}

/** A Deployment that is rolled out, where `manager` has set the variable. */
const live = ({ env, envFrom = [{ configMapRef: { name: "ui" } }], manager, generation = 2, reason }: Given = {}) => {
  const entry = { [`k:{"name":"${VARIABLE}"}`]: { ".": {}, "f:name": {}, "f:value": {} } };
  const container = { 'k:{"name":"ui"}': { "f:env": entry } };
  const fieldsV1 = { "f:spec": { "f:template": { "f:spec": { "f:containers": container } } } };
  return {
    metadata: { name: "ui", namespace: "ui", generation, managedFields: manager ? [{ manager, fieldsV1 }] : [] },
    spec: { template: { spec: { containers: [{ name: "proxy" }, { name: "ui", env, envFrom }] } } },
    status: {
      observedGeneration: 2,
      conditions: [
        { type: "Available", status: "True" },
        { type: "Progressing", status: "True", reason: reason ?? "NewReplicaSetAvailable" },
      ],
    },
    __fieldManager: "pulumi-kubernetes-1",
  } as unknown as LiveDeployment;
};
const ours = [{ name: VARIABLE, value: route.endpoint }];
const theirs = [{ name: "A" }, { name: VARIABLE, value: "http://theirs" }];

describe("the route of the ui", () => {
  it("is in place when the last known Deployment has it, in every pod", () => {
    assert.equal(hasRoute(live({ env: [{ name: "A" }, ...ours] }), route), true);
    assert.equal(hasRoute(live({ env: theirs }), route), false);
    assert.equal(hasRoute(live(), route), false);
    assert.equal(hasRoute(live({ env: ours, generation: 3 }), route), false);
    assert.equal(hasRoute(live({ env: ours, reason: "ReplicaSetUpdated" }), route), false);
    assert.equal(hasRoute(live({ env: ours }), { ...route, container: "proxy" }), false);
  });

  it("can be given where nobody set the variable, or only this stack, or to the same", () => {
    assert.equal(routeProblem(live(), route, undefined), undefined);
    assert.equal(routeProblem(live({ env: theirs, manager: "me" }), route, "me"), undefined);
    assert.equal(routeProblem(live({ env: ours, manager: "kubectl-set" }), route, undefined), undefined);
  });

  it("is refused where somebody else set the variable, with the commands that keep their value", () => {
    const problem = routeProblem(live({ env: theirs, manager: "kubectl-set" }), route, "me")!;
    assert.match(
      problem,
      /the Deployment ui of namespace ui itself sets .*, to "http:\/\/theirs" \(field manager kubectl-set\)/,
    );
    const [, first, second] = problem.split("\n").map((line) => line.trim());
    const patch = `{"data":{"${VARIABLE}":"http://theirs"}}`;
    assert.equal(first, `kubectl patch configmap ui -n ui --type merge -p '${patch}'`);
    assert.equal(second, `kubectl set env deployment/ui -n ui -c ui ${VARIABLE}-`);
  });

  it("is refused without a ConfigMap to keep the value in, and says so", () => {
    const problem = routeProblem(live({ env: theirs, envFrom: [], manager: "helm" }), route, undefined)!;
    assert.match(problem, /Remove the entry first, and set it again yourself .*kubectl set env deployment\/ui/);
    const from = [{ name: VARIABLE, valueFrom: {} }];
    assert.match(routeProblem(live({ env: from, manager: "helm" }), route, undefined)!, /from elsewhere \(valueFrom\)/);
  });

  it("is refused without the container", () => {
    const problem = routeProblem(live(), { ...route, container: "web" }, undefined);
    assert.match(problem!, /has no container web, but proxy, ui: set ui\.container/);
  });
});

describe("CartsStack, with routeUi", () => {
  const value = <T>(output: Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));

  async function patchOf(args: object, previous: Record<string, object> = {}): Promise<Declared | undefined> {
    const declared = await declare({ previous });
    const carts = new CartsStack("carts", { clusterName: "c", ...args });
    await value(carts.nodes.instance.urn);
    await runtime.disconnect();
    return declared.find(({ type }) => type === PATCH);
  }
  const URN = `urn:pulumi:test::carts-stack::carts-stack:index:CartsStack$${PATCH}::carts-ui`;
  const ignored = (patch: Declared | undefined) => patch!.request.getIgnorechangesList();

  it("declares nothing of the ui by default", async () => {
    assert.equal(await patchOf({}), undefined);
  });

  it("patches one variable of the ui, after the instance", async () => {
    const patch = await patchOf({ routeUi: true });
    const env = [{ name: VARIABLE, value: "http://carts.carts-kro.svc.cluster.local" }];
    assert.deepEqual(patch!.inputs, {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "ui", namespace: "ui" },
      spec: { template: { spec: { containers: [{ name: "ui", env }] } } },
    });
    const before = patch!.request.getDependenciesList();
    assert.ok(before.some((urn) => urn.endsWith("kubernetes:kro.run/v1alpha1:CartsStack::carts")));
  });

  it("takes another ui, and the service of another namespace", async () => {
    const ui = { namespace: "shop", deployment: "front.end", container: "web" };
    const patch = await patchOf({ routeUi: true, ui, namespace: "carts-two" });
    const { metadata, spec } = patch!.inputs as unknown as LiveDeployment;
    assert.deepEqual(metadata, { name: "front.end", namespace: "shop" });
    const env = [{ name: VARIABLE, value: "http://carts.carts-two.svc.cluster.local" }];
    assert.deepEqual(spec.template.spec.containers, [{ name: "web", env }]);
  });

  it("compares with the last known Deployment itself, as the plugin can't", async () => {
    const path = ["spec.template.spec.containers[0]"];
    assert.deepEqual(ignored(await patchOf({ routeUi: true })), path);
    assert.deepEqual(ignored(await patchOf({ routeUi: true }, { [URN]: live({ env: ours }) })), path);
    assert.deepEqual(ignored(await patchOf({ routeUi: true }, { [URN]: live({ env: theirs }) })), []);
    assert.deepEqual(
      ignored(await patchOf({ routeUi: true, ui: { deployment: "x" } }, { [URN]: live({ env: ours }) })),
      [],
    );
  });
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { orderOf } from "./carts/expected.ts";
import { apply, type Finished, get as find, Stack, sandbox, story } from "./kit/index.ts";

const stack = new Stack();
const VARIABLE = "RETAIL_UI_ENDPOINTS_CARTS";
const OURS = "http://carts.carts-kro.svc.cluster.local";
const THEIRS = "http://carts.elsewhere.svc";
const DEFAULT = "http://carts.carts.svc:80";

const succeed = async (command: string, ...args: string[]): Promise<string> =>
  (await sandbox.succeed(command, args)).output;

const up = (routeUi: boolean): Promise<Finished> => stack.pulumi("up --yes --skip-preview", { routeUi });
const succeedUp = (routeUi: boolean): Promise<string> => stack.up({ routeUi });
const preview = (routeUi: boolean): Promise<Finished> => stack.pulumi("preview", { routeUi });
const refresh = (): Promise<string> => stack.succeed("refresh --yes --skip-preview", { routeUi: true });

interface Deployment {
  readonly metadata: { readonly managedFields: readonly { manager: string; subresource?: string; fieldsV1: object }[] };
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { image: string; env: Entry[] }[] } };
  };
}
interface Entry {
  readonly name: string;
  readonly value?: string;
}
interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly containers: readonly { readonly env: readonly Entry[] }[] };
}

const get = async <T>(...args: string[]): Promise<T> => (await find<T>(...args))!;
const ui = () => get<Deployment>("deployment", "ui", "-n", "ui", "--show-managed-fields");
const pods = async (): Promise<Pod[]> =>
  (await get<{ items: Pod[] }>("pods", "-n", "ui")).items.filter(({ metadata }) => !metadata.deletionTimestamp);
const entry = (env: readonly Entry[] = []) => env.find(({ name }) => name === VARIABLE)?.value;
const setEnv = (assignment: string) => succeed("kubectl", "set", "env", "deployment/ui", "-n", "ui", assignment);

/** What the ui's pods are told once the Deployment is rolled out, by name of the pod: undefined stands for `envFrom`. */
async function told(): Promise<Record<string, string | undefined>> {
  await succeed("kubectl", "rollout", "status", "deployment/ui", "-n", "ui", "--timeout=90s");
  return Object.fromEntries(
    (await pods()).map(({ metadata, spec }) => [metadata.name, entry(spec.containers[0]!.env)]),
  );
}

/** Who manages which fields of the Deployment, its status apart. */
const managers = async () =>
  (await ui()).metadata.managedFields
    .filter(({ subresource }) => !subresource)
    .map(({ manager, fieldsV1 }) => ({ manager, fields: JSON.stringify(fieldsV1) }));

story("routing the ui", () => {
  before(stack.init);

  it("leaves the ui alone unless asked", async () => {
    const before = await told();
    await succeedUp(false);
    assert.deepEqual(await told(), before);
    assert.deepEqual(Object.values(before), [undefined]);
    const { data } = await get<{ data: Record<string, string> }>("configmap", "ui", "-n", "ui");
    assert.equal(data[VARIABLE], DEFAULT);
  });

  it("gives the ui's pods the address of the carts service, by a restart", async () => {
    const [before] = Object.keys(await told());
    const owner = (await managers()).find(({ manager }) => manager === "sandbox");
    const output = await succeedUp(true);
    assert.match(output, /DeploymentPatch carts-ui created/);
    assert.deepEqual((await orderOf(stack))["carts-ui"], ["carts"], "it comes after the instance, and goes before it");
    // Pulumi's plugin waits, too, but takes a status of before the patch for the rollout's end once in a while.
    const now = await told();
    assert.deepEqual(Object.values(now), [OURS]);
    assert.ok(!(before! in now));

    const [patch, ...others] = (await managers()).filter(({ manager }) => manager.startsWith("pulumi"));
    assert.deepEqual(others, []);
    const fields = `{"f:containers":{"k:{\\"name\\":\\"ui\\"}":{".":{},"f:env":{"k:{\\"name\\":\\"${VARIABLE}\\"}":{".":{},"f:name":{},"f:value":{}}},"f:name":{}}}}`;
    assert.equal(patch!.fields, `{"f:spec":{"f:template":{"f:spec":${fields}}}}`);
    assert.deepEqual(
      (await managers()).find(({ manager }) => manager === "sandbox"),
      owner,
    );
  });

  it("has nothing to do then, after a refresh as well", async () => {
    const before = await told();
    const drift = await stack.carts("drift", { routeUi: true });
    assert.equal(drift.code, 0, drift.output);
    assert.doesNotMatch((await preview(true)).output, /to update|to create|to delete/);
    const refreshed = await refresh();
    assert.doesNotMatch(refreshed, /DeploymentPatch carts-ui updated/);
    const { output } = await preview(true);
    assert.doesNotMatch(output, /to update/);
    assert.deepEqual(await told(), before);
  });

  describe("carts open", () => {
    let container: Server;

    // The sandbox's pods have no containers: their node forwards to this server instead.
    before(async () => {
      container = createServer(({ url }, response) => response.end(`answer to ${url}`)).listen(0, "127.0.0.1");
      await once(container, "listening");
      const target = { address: "127.0.0.1", port: (container.address() as AddressInfo).port };
      const forwarding = {
        apiVersion: "kwok.x-k8s.io/v1alpha1",
        kind: "ClusterPortForward",
        metadata: { name: "containers" },
        spec: { selector: { matchNamespaces: ["carts-kro", "ui"] }, forwards: [{ ports: [8080], target }] },
      };
      await apply(forwarding);
    });
    after(() => container.close());

    for (const service of ["carts", "ui"]) {
      it(`reaches a pod of ${service} until Ctrl-C`, async () => {
        const command = await stack.begin("open", {}, "--service", service, "--port", "0");
        const [line] = await once(command.child.stdout!, "data");
        const url = String(line).trim();
        assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
        for (const path of ["/first", "/second"]) {
          assert.equal(await (await fetch(url + path)).text(), `answer to ${path}`);
        }
        command.child.kill("SIGINT");
        assert.equal((await command.finished).code, 0);
        await assert.rejects(fetch(url));
      });
    }

    it("says in one line that no pod is ready, or the port taken", async () => {
      const taken = String((container.address() as AddressInfo).port);
      const refused = await stack.carts("open", {}, "--port", taken);
      assert.equal(refused.code, 1);
      assert.match(refused.output, new RegExp(`^error: port ${taken} of this machine is taken: .*\\n$`));
      await succeed("kubectl", "scale", "deployment/ui", "-n", "ui", "--replicas=0");
      await succeed("kubectl", "wait", "pods", "-n", "ui", "--all", "--for=delete", "--timeout=90s");
      const unready = await stack.carts("open", {}, "--service", "ui");
      assert.equal(unready.code, 1);
      assert.equal(unready.output, "error: no pod of service ui/ui is ready: it has none\n");
      await succeed("kubectl", "scale", "deployment/ui", "-n", "ui", "--replicas=1");
    });
  });

  describe("and what becomes of it", () => {
    it("mends the entry when the ui's owner took it away", async () => {
      await setEnv(`${VARIABLE}-`);
      assert.deepEqual(Object.values(await told()), [undefined]);
      await refresh();
      assert.match((await preview(true)).output, /1 to update/);
      await succeedUp(true);
      assert.deepEqual(Object.values(await told()), [OURS]);
    });

    it("puts the previous value back when it is turned off", async () => {
      await succeedUp(false);
      assert.deepEqual(Object.values(await told()), [undefined]);
      assert.ok(!(await managers()).some(({ manager }) => manager.startsWith("pulumi")));
    });

    it("refuses, before anything is changed, to lose a value that somebody set, and says how to keep it", async () => {
      await setEnv(`${VARIABLE}=${THEIRS}`);
      // A ui that is not ready is asked all the same.
      const setImage = (image: string) =>
        succeed("kubectl", "set", "image", "deployment/ui", "-n", "ui", `ui=${image}`);
      const { image } = (await ui()).spec.template.spec.containers[0]!;
      await setImage(`${image}-broken`);
      for (const attempt of [preview, up]) {
        const { code, output } = await attempt(true);
        assert.notEqual(code, 0);
        assert.match(
          output,
          /nothing was changed: the Deployment ui of namespace ui itself sets RETAIL_UI_ENDPOINTS_CARTS/,
        );
        assert.match(output, /to "http:\/\/carts\.elsewhere\.svc" \(field manager kubectl-set\)/);
        assert.doesNotMatch(output, /^\s+at .*\.ts:\d+/m);
      }
      const { output } = await up(true);
      await setImage(image);
      // The remedy, word by word.
      for (const [, command] of output.matchAll(/^ +(kubectl .*)$/gm)) await succeed("sh", "-c", command!);
      assert.equal(entry((await ui()).spec.template.spec.containers[0]!.env), undefined);
      await succeedUp(true);
      assert.deepEqual(Object.values(await told()), [OURS]);
      const { data } = await get<{ data: Record<string, string> }>("configmap", "ui", "-n", "ui");
      assert.equal(data[VARIABLE], THEIRS);
    });

    it("puts the previous value back when the stack is destroyed, before the service goes", async () => {
      const output = await stack.succeed("destroy --yes --skip-preview", { routeUi: true });
      assert.ok(output.indexOf("carts-ui deleted") < output.indexOf("CartsStack carts deleting"), output);
      assert.deepEqual(Object.values(await told()), [undefined]);
      assert.ok(!(await managers()).some(({ manager }) => manager.startsWith("pulumi")));
    });

    it("says which Deployment is not there", async () => {
      await succeed("kubectl", "delete", "deployment", "ui", "-n", "ui");
      const { code, output } = await up(true);
      assert.notEqual(code, 0);
      assert.match(
        output,
        /kubernetes:apps\/v1:Deployment \(carts-ui-now\):\s+error: resource 'ui\/ui' does not exist/,
      );
      assert.equal(await find("resourcegraphdefinition", "cartsstack"), undefined);
    });
  });
});

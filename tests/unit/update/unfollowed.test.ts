import assert from "node:assert/strict";
import { readState } from "../../../automation/stack/state.ts";
import { unfollowed, unfollowedText } from "../../../automation/update/unfollowed.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";

const [KRO, CERTS] = ["kro.run/v1alpha1", "cert-manager.io/v1"];
const urn = (type: string, name: string) => `urn:pulumi:dev::p::${type}::${name}`;

describe("an instance whose RGD is gone", () => {
  const server = new FakeApiServer();
  let kubeconfig: string;

  before(async () => {
    kubeconfig = (await server.start()).exportConfig();
    server.serve(KRO, "Shop", "shops");
    server.serve(CERTS, "Certificate", "certificates");
    const put = (apiVersion: string, kind: string, name: string, finalizers: readonly string[]) =>
      server.put({ apiVersion, kind, metadata: { name, namespace: "default", finalizers } as never });
    put(KRO, "Shop", "tea", ["kro.run/finalizer"]);
    put(KRO, "Shop", "milk", ["kro.run/finalizer"]);
    put(CERTS, "Certificate", "web", ["cert-manager.io/finalizer"]);
  });
  after(() => server.stop());

  it("is asked for, where it is kro's and not followed, and is said to be left alone", async () => {
    const provider = "pulumi:providers:kubernetes";
    const resource = (apiVersion: string, kind: string, name: string) => {
      const type = `kubernetes:${apiVersion}:${kind}`;
      const own = { urn: urn(type, name), type, id: `default/${name}`, custom: true, inputs: { metadata: { name } } };
      return { ...own, provider: `${urn(provider, "cluster")}::1` };
    };
    const resources = [
      { urn: urn(provider, "cluster"), type: provider, custom: true, id: "1", inputs: { kubeconfig } },
      ...[resource(KRO, "Shop", "tea"), resource(KRO, "Shop", "milk"), resource(KRO, "Shop", "gone")],
      resource(CERTS, "Certificate", "web"),
    ];
    const stack = readState({ resources }, "p", "dev");
    const milk = { apiVersion: KRO, kind: "Shop", namespace: "default", name: "milk", children: [] };
    const found = await unfollowed(stack, [milk as never], { stack: "dev", cwd: "/nowhere" });
    assert.deepEqual(found.map(unfollowedText), [
      "What kro makes of Shop default/tea can't be told: no ResourceGraphDefinition of its kind is in the stack or in the cluster, and kro does nothing for it.",
    ]);
  });
});

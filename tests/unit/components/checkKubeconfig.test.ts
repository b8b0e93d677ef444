import assert from "node:assert/strict";
import { checkKubeconfig } from "../../../components/cluster/checkKubeconfig.ts";
import { declare } from "./mocks.ts";

/** As kubectl and the AWS CLI write it, as JSON, and as nobody does who could write it otherwise. */
const KUBECONFIGS = [
  `apiVersion: v1
clusters:
- cluster:
    server: https://127.0.0.1:1
  name: elsewhere
contexts:
- context:
    cluster: elsewhere
    user: me
  name: mine
- context:
    cluster: elsewhere
    user: me
  name: arn:aws:eks:us-west-2:111122223333:cluster/c
current-context: mine
kind: Config
users:
- name: me
  user: {}
`,
  JSON.stringify({
    contexts: ["mine", "arn:aws:eks:us-west-2:111122223333:cluster/c"].map((name) => ({
      name,
      context: { cluster: "c", user: "u" },
    })),
  }),
  `contexts:
  - name: mine
    context:
      cluster: c
      user: u
  - name: "arn:aws:eks:us-west-2:111122223333:cluster/c"
    context: {cluster: c, user: u}
users:
  - name: me
`,
  `contexts:
  - {context: {cluster: c, user: u}, name: 'mine'}
  - context: {cluster: c, user: u}
    name: "arn:aws:eks:us-west-2:111122223333:cluster\\u002fc"
`,
];

describe("a kubeconfig's context", () => {
  for (const [i, kubeconfig] of KUBECONFIGS.entries()) {
    it(`is found, however it is written, and nothing else of the file is taken for one (${i + 1})`, async () => {
      await declare();
      for (const context of ["mine", "arn:aws:eks:us-west-2:111122223333:cluster/c"])
        await checkKubeconfig({ kubeconfig, context });
      for (const context of ["elsewhere", "me", "min"]) {
        await assert.rejects(checkKubeconfig({ kubeconfig, context }), /has no such context, but mine, arn:aws:eks:/);
      }
    });
  }

  it("is not asked for in the preview of a stack that has been updated before", async () => {
    await declare({ preview: true, previous: { "urn:pulumi:test::carts-stack::x::y": {} } });
    await checkKubeconfig({ kubeconfig: "/no/where" });
    await declare({ preview: true });
    await assert.rejects(checkKubeconfig({ kubeconfig: "/no/where" }), /there is no such file/);
  });
});

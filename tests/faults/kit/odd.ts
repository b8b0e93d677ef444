import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { apply, get, type Json, patch, sandbox } from "../../e2e/kit/index.ts";
import { type Fault, over } from "./fault.ts";

/** Seconds for which a namespace can't go. */
const HELD = 8;

/** What somebody has put into the service's namespace has a finalizer that is taken off late. */
export const stuckNamespace: Fault = {
  name: `a stranger's finalizer in the namespace, for ${HELD} s`,
  before: true,
  seconds: HELD,
  begin: async () => {
    const [instance] = ((await get("cartsstacks.kro.run", "-A"))?.items ?? []) as Json[];
    if (!instance) return undefined;
    const namespace: string = instance.spec!.namespace!;
    const metadata = { name: "held", namespace, finalizers: ["example.com/held"] };
    await apply({ apiVersion: "v1", kind: "ConfigMap", metadata });
    return async () => {
      await patch("configmap", "held", { metadata: { finalizers: null } }, "-n", namespace);
    };
  },
};

/** Bytes that a file of Pulumi's may have: a stack's state has more when it is whole. */
const ROOM = 24 * 1024;

/** Pulumi can't write its state any more once it has grown. */
export const fullDisk: Fault = {
  name: "a full disk under the state",
  before: true,
  env: () => ({ PATH: [folder(), sandbox.env.PATH].join(delimiter) }),
  begin: async () => {
    mkdirSync(folder(), { recursive: true });
    const file = join(folder(), "pulumi");
    const path = `PATH='${sandbox.env.PATH}'`;
    writeFileSync(file, `#!/bin/sh\ntrap '' XFSZ\nulimit -f ${ROOM / 512}\n${path} exec pulumi "$@"\n`);
    chmodSync(file, 0o755);
    return over;
  },
};
const folder = () => join(sandbox.folder, "full-disk");

/** Another `up` of the same stack, which begins in its midst and is refused. */
export const another: Fault = {
  name: "another up of the stack",
  begin: async (running, stack, { command, config }) => {
    const second = await stack.carts(command, config, "--resume");
    // Unless the first was over by then.
    assert.ok(second.code === 4 || second.code === 0, `${running!.output()}\n--- beside it ---\n${second.output}`);
    return over;
  },
};

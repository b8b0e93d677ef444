import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sandbox } from "../../e2e/kit/index.ts";
import { ApiServerProxy, type Way } from "./apiServerProxy.ts";
import type { Fault } from "./fault.ts";

/** The command's own way to the API server is a bad one; kro, ACK and the rest have theirs. */
const way = (name: string, way: Way): Fault => {
  const file = () => join(sandbox.folder, "proxied-kubeconfig");
  return {
    name,
    before: true,
    env: () => ({ KUBECONFIG: file() }),
    begin: async () => {
      const proxy = await ApiServerProxy.open(sandbox.env.KUBECONFIG!, way);
      writeFileSync(file(), proxy.kubeconfig);
      return async () => proxy.close();
    },
  };
};

export const CLUSTER: readonly Fault[] = [
  way("the API server throttles every third request", "throttled"),
  way("the API server answers every third request with 503", "failing"),
  way("every third connection to the API server is reset", "reset"),
  way("every third answer of the API server is cut off", "truncated"),
  way("the API server answers after 0.7 s", "slow"),
];

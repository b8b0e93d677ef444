import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sandbox } from "../../e2e/kit/index.ts";
import { ApiServerProxy, type Way } from "./apiServerProxy.ts";
import type { Fault } from "./fault.ts";

/**
 * The way to the API server of all commands, which is a bad one while one of them runs; kro, ACK and the rest have theirs.
 * It is the same for the whole life: Pulumi's provider keeps the path of its kubeconfig.
 */
const way = (name: string, way: Way): Fault => {
  let proxy: ApiServerProxy;
  return {
    name,
    before: true,
    prepare: async () => {
      const { env } = sandbox;
      const file = join(sandbox.folder, "proxied-kubeconfig");
      proxy = await ApiServerProxy.open(env.KUBECONFIG!);
      writeFileSync(file, proxy.kubeconfig);
      sandbox.env = { ...env, KUBECONFIG: file };
      return async () => {
        sandbox.env = env;
        proxy.close();
      };
    },
    begin: async () => {
      proxy.way = way;
      return async () => {
        proxy.way = undefined;
      };
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

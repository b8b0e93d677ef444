import { parseArgs } from "node:util";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { serveHealth } from "../healthServer.ts";
import { PodStarter } from "./podStarter.ts";
import { start } from "./verdict.ts";

const USAGE = `Plays the start of the containers, which kwok has none of: says of each pod whether they run, crash,
or wait for a Secret or a ConfigMap.
It reads KUBECONFIG, AWS_ENDPOINT_URL and AWS_REGION.
  --always-run           nothing ever crashes
  --health-port N        serve /healthz on 127.0.0.1:N`;

function log(line: string): void {
  console.log(`${new Date().toISOString()} ${line}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      "always-run": { type: "boolean", default: false },
      "health-port": { type: "string" },
    },
  });
  const endpoint = process.env.AWS_ENDPOINT_URL ?? "";
  if (!endpoint) throw new Error(USAGE);
  const config = new KubeConfig();
  config.loadFromDefault();
  const surroundings = { core: config.makeApiClient(CoreV1Api), endpoint };
  const starter = new PodStarter(
    config,
    values["always-run"] ? async () => undefined : (pod) => start(pod, surroundings),
    log,
  );
  serveHealth(values["health-port"] === undefined ? undefined : Number(values["health-port"]), () => starter.connected);
  await starter.watch();
}

await main();

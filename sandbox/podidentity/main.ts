import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { KubeConfig } from "@kubernetes/client-node";
import { type Associations, eksAssociations } from "../eksAssociations.ts";
import { serveHealth } from "../healthServer.ts";
import { type AssociationsData, AssociationsMap } from "./associationsMap.ts";

const USAGE = `Tells the API server which service accounts have an EKS Pod Identity association.
It reads KUBECONFIG and AWS_ENDPOINT_URL.
  --health-port N        serve /healthz on 127.0.0.1:N
  --interval-ms N        time between two looks at EKS (default 100); EKS itself decides what counts already`;

/** The ConfigMap is compared with the API server's this often even when EKS has nothing new. */
const REPAIR_MS = 10_000;

function log(line: string): void {
  console.log(`${new Date().toISOString()} ${line}`);
}

/** What the ConfigMap is to hold: what counts for pods now. */
function dataOf({ region, inEffect }: Associations): AssociationsData {
  const entries = inEffect.map(({ namespace, serviceAccount, associationId }) => [
    `${namespace}.${serviceAccount}`,
    associationId,
  ]);
  return { region, ...Object.fromEntries(entries) };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      "health-port": { type: "string" },
      "interval-ms": { type: "string", default: "100" },
    },
  });
  const intervalMs = Number(values["interval-ms"]);
  if (!(intervalMs > 0)) throw new Error(USAGE);

  const config = new KubeConfig();
  config.loadFromDefault();
  const map = new AssociationsMap(config);
  let fault: string | undefined = "not started";
  serveHealth(
    values["health-port"] === undefined ? undefined : Number(values["health-port"]),
    () => fault === undefined,
  );

  const endpoint = process.env.AWS_ENDPOINT_URL ?? "";
  let written: AssociationsData | undefined;
  let told: number | undefined;
  for (let checkedAt = 0; ; await sleep(intervalMs)) {
    try {
      const associations = await eksAssociations(endpoint);
      const data = dataOf(associations);
      if (!isDeepStrictEqual(data, written) || Date.now() - checkedAt > REPAIR_MS) {
        if (await map.write(data)) log(`associations: ${Object.keys(data).length - 1}`);
        written = data;
        checkedAt = Date.now();
      }
      if (told !== associations.revision) await eksAssociations(endpoint, associations.revision);
      told = associations.revision;
      fault = undefined;
    } catch (error) {
      const { message } = error as Error;
      if (message !== fault) log(message);
      fault = message;
    }
  }
}

await main();

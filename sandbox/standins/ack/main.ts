import { parseArgs } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { KubeConfig } from "@kubernetes/client-node";
import { serveHealth } from "../../healthServer.ts";
import { Controller } from "./controller.ts";
import { DynamoTables } from "./dynamoTables.ts";
import { Reconciler } from "./reconciler.ts";
import { TableStore } from "./store.ts";

const USAGE = `Stand-in for ACK's dynamodb-controller (kind Table). It reads KUBECONFIG, AWS_ENDPOINT_URL and AWS_*.
  --health-port N        serve /healthz on 127.0.0.1:N
  --resync-seconds N     look at a synced table again after N seconds (default 36000, as ACK)
  --wait-seconds N       look at a table in CREATING or DELETING again after N seconds (default 5, as ACK)`;

function log(line: string): void {
  console.log(`${new Date().toISOString()} ${line}`);
}

function seconds(option: string, value: string): number {
  const number = Number(value);
  if (!(number > 0)) throw new Error(`--${option} must be a number of seconds above 0, not "${value}"\n${USAGE}`);
  return number * 1000;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      "health-port": { type: "string" },
      "resync-seconds": { type: "string", default: "36000" },
      "wait-seconds": { type: "string", default: "5" },
    },
  });
  const resyncMs = seconds("resync-seconds", values["resync-seconds"]);
  const waitMs = seconds("wait-seconds", values["wait-seconds"]);

  const aws = new DynamoDBClient();
  const region = await aws.config.region();
  const { Account: accountId = "" } = await new STSClient().send(new GetCallerIdentityCommand());
  const config = new KubeConfig();
  config.loadFromDefault();
  const store = new TableStore(config);
  const tables = new DynamoTables(aws, { accountId, region, waitMs });
  const controller = new Controller(config, store, new Reconciler(store, tables, resyncMs), log);

  serveHealth(
    values["health-port"] === undefined ? undefined : Number(values["health-port"]),
    () => controller.connected,
  );
  log(`watching Tables for account ${accountId}, region ${region}`);
  await controller.start();
}

await main();

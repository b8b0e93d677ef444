import { parseArgs } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EKSClient } from "@aws-sdk/client-eks";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { KubeConfig } from "@kubernetes/client-node";
import { serveHealth } from "../../healthServer.ts";
import { DynamoTables } from "./dynamodb/dynamoTables.ts";
import { PodIdentityAssociations } from "./eks/podIdentityAssociations.ts";
import { RoleReferences } from "./eks/roleReference.ts";
import { Controller } from "./runtime/controller.ts";
import type { AckObject, Kind } from "./runtime/kind.ts";
import { Reconciler } from "./runtime/reconciler.ts";
import { Store } from "./runtime/store.ts";

const USAGE = `main.ts dynamodb|eks
Stand-in for ACK's dynamodb-controller (kind Table) or eks-controller (kind PodIdentityAssociation).
It reads KUBECONFIG, AWS_ENDPOINT_URL and AWS_*.
  --health-port N        serve /healthz on 127.0.0.1:N
  --resync-seconds N     look at a synced object again after N seconds (default 36000, as ACK)
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
  const { values, positionals } = parseArgs({
    options: {
      "health-port": { type: "string" },
      "resync-seconds": { type: "string", default: "36000" },
      "wait-seconds": { type: "string", default: "5" },
    },
    allowPositionals: true,
  });
  const resyncMs = seconds("resync-seconds", values["resync-seconds"]);
  const waitMs = seconds("wait-seconds", values["wait-seconds"]);
  const healthPort = values["health-port"] === undefined ? undefined : Number(values["health-port"]);

  const sts = new STSClient();
  const region = await sts.config.region();
  const { Account: accountId = "" } = await sts.send(new GetCallerIdentityCommand());
  const config = new KubeConfig();
  config.loadFromDefault();
  const place = { accountId, region };

  async function run<T extends AckObject>(kind: Kind<T>): Promise<void> {
    const store = new Store<T>(config, kind.resource);
    const controller = new Controller(config, kind.resource, store, new Reconciler(store, kind, resyncMs), log);
    serveHealth(healthPort, () => controller.connected);
    log(`watching ${kind.resource.plural} for account ${accountId}, region ${region}`);
    await controller.start();
  }

  switch (positionals.join()) {
    case "dynamodb":
      return run(new DynamoTables(new DynamoDBClient(), { ...place, waitMs }));
    case "eks":
      return run(new PodIdentityAssociations(new EKSClient(), new RoleReferences(config), place));
    default:
      throw new Error(USAGE);
  }
}

await main();

import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  EKSClient,
  paginateListPodIdentityAssociations,
} from "@aws-sdk/client-eks";
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";

// What byHand.sh does, by one process that makes the same calls: what is left of it without the start of an aws CLI for each.
// usage: node identities.ts up|down FOLDER COUNT PARALLEL
const [action, folder = "", count, parallel] = process.argv.slice(2);
const clusterName = "eks-workshop-auto";
const [iam, eks] = [new IAMClient(), new EKSClient()];
const roleOf = (name: string) => `${clusterName}-carts-${name}`;
const read = (file: string) => readFileSync(join(folder, file), "utf8");

async function up(i: number): Promise<void> {
  const [namespace, RoleName] = [`bench-${i}`, roleOf(`bench-${i}`)];
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: read("trust.json") }));
  const PolicyDocument = read(`policy-${i}.json`);
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "carts-dynamo", PolicyDocument }));
  const association = { clusterName, namespace, serviceAccount: "carts", roleArn: Role!.Arn! };
  await eks.send(new CreatePodIdentityAssociationCommand(association));
}

async function down({ namespace = "", associationId }: Association): Promise<void> {
  const RoleName = roleOf(namespace);
  await eks.send(new DeletePodIdentityAssociationCommand({ clusterName, associationId }));
  await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: "carts-dynamo" }));
  await iam.send(new DeleteRoleCommand({ RoleName }));
}

interface Association {
  readonly namespace?: string | undefined;
  readonly associationId?: string | undefined;
}

async function associations(): Promise<Association[]> {
  const found: Association[] = [];
  for await (const page of paginateListPodIdentityAssociations({ client: eks }, { clusterName })) {
    found.push(...(page.associations ?? []).filter(({ namespace }) => namespace?.startsWith("bench-")));
  }
  return found;
}

const tasks: (() => Promise<void>)[] =
  action === "up"
    ? Array.from({ length: Number(count) }, (_, i) => () => up(i))
    : (await associations()).map((one) => () => down(one));
const worker = async () => {
  for (let task = tasks.shift(); task; task = tasks.shift()) await task();
};
await Promise.all(Array.from({ length: Number(parallel) }, worker));

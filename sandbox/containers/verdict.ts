import { DynamoDBClient, DynamoDBServiceException, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { CoreV1Api, V1Pod } from "@kubernetes/client-node";
import { eksAssociations } from "../eksAssociations.ts";
import { containerEnvironment, missingReference } from "./containerEnvironment.ts";
import { podCredentials } from "./podCredentials.ts";

/** What becomes of a pod's containers; undefined when they run. */
export type Verdict = undefined | { readonly is: "crashes" | "waits"; readonly message: string };
type Crash = string | undefined;

const CREDENTIALS = ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];
const PROVIDER = "RETAIL_CART_PERSISTENCE_PROVIDER";
const TABLE = "RETAIL_CART_PERSISTENCE_DYNAMODB_TABLE_NAME";
// The item isn't there, or the table isn't, or it has another key: the service has started all the same.
const ANSWERS_THAT_LET_IT_RUN = ["ResourceNotFoundException", "ValidationException"];

/** Where the containers would find what they need. */
export interface Surroundings {
  readonly core: CoreV1Api;
  /** URL of the AWS endpoint. */
  readonly endpoint: string;
}

/** Plays the start of a pod's containers: a kubelet makes none that refers to what isn't there. */
export async function start(pod: V1Pod, surroundings: Surroundings): Promise<Verdict> {
  for (const container of pod.spec?.containers ?? []) {
    const missing = await missingReference(container, pod.metadata?.namespace ?? "", surroundings.core);
    if (missing) return { is: "waits", message: missing };
  }
  const crash = await crashOf(pod, surroundings);
  return crash === undefined ? undefined : { is: "crashes", message: crash };
}

/**
 * Plays it as far as AWS is concerned: those of an associated service account, and those
 * that are told to keep carts in DynamoDB, need Pod Identity's variables; the latter also read from their table.
 */
async function crashOf(pod: V1Pod, { core, endpoint }: Surroundings): Promise<Crash> {
  const namespace = pod.metadata?.namespace ?? "";
  const serviceAccount = pod.spec?.serviceAccountName || "default";
  const { known } = await eksAssociations(endpoint);
  const associated = known.some((one) => one.namespace === namespace && one.serviceAccount === serviceAccount);
  for (const container of pod.spec?.containers ?? []) {
    const environment = await containerEnvironment(container, namespace, core);
    const table = environment.get(PROVIDER) === "dynamodb" ? environment.get(TABLE) : undefined;
    // Keys of its own are nothing that Pod Identity has to do with.
    if ((!associated && table === undefined) || environment.has("AWS_ACCESS_KEY_ID")) continue;
    const missing = CREDENTIALS.find((name) => !environment.has(name));
    if (missing) return `Unable to load credentials from any of the providers in the chain: ${missing} is not set`;
    const refused = table && (await readFrom(table, pod, core, endpoint));
    if (refused) return refused;
  }
  return undefined;
}

async function readFrom(table: string, pod: V1Pod, core: CoreV1Api, endpoint: string): Promise<Crash> {
  try {
    const credentials = await podCredentials(pod, core, endpoint);
    const dynamodb = new DynamoDBClient({ endpoint, credentials });
    await dynamodb.send(new GetItemCommand({ TableName: table, Key: { id: { S: "start" } } }));
    return undefined;
  } catch (error) {
    const { name, message } = error as Error;
    const runs = error instanceof DynamoDBServiceException && ANSWERS_THAT_LET_IT_RUN.includes(name);
    return runs ? undefined : `${name}: ${message}`;
  }
}

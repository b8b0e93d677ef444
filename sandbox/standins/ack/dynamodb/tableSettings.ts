import {
  DescribeContinuousBackupsCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  type SSEDescription,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { describeAwsError, isAwsError } from "../runtime/awsErrors.ts";
import type { SpecField } from "./delta.ts";
import type { SseSpecification, Table, TableSpec } from "./table.ts";

/** The fields of a Table that DynamoDB has calls of their own for, or that ACK makes a call of their own for. */
export const SETTINGS = [
  "timeToLive",
  "sseSpecification",
  "deletionProtectionEnabled",
  "continuousBackups",
] as const satisfies readonly SpecField[];

/** What AWS says of a table's settings beside DescribeTable; ACK asks for it whether the object has the fields or not. */
export async function readSettings(
  aws: DynamoDBClient,
  TableName: string,
): Promise<Pick<TableSpec, "timeToLive" | "continuousBackups">> {
  const { TimeToLiveDescription: ttl } = await aws.send(new DescribeTimeToLiveCommand({ TableName }));
  const { ContinuousBackupsDescription: backups } = await aws.send(new DescribeContinuousBackupsCommand({ TableName }));
  const status = backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
  return {
    timeToLive: {
      enabled: ttl?.TimeToLiveStatus === "ENABLED" || ttl?.TimeToLiveStatus === "ENABLING",
      ...(ttl?.AttributeName !== undefined && { attributeName: ttl.AttributeName }),
    },
    continuousBackups: { pointInTimeRecoveryEnabled: status === "ENABLED" },
  };
}

export const sseSpecification = (found: SSEDescription | undefined): SseSpecification | undefined =>
  found && {
    enabled: found.Status === "ENABLED",
    ...(found.SSEType !== undefined && { sseType: found.SSEType }),
    ...(found.KMSMasterKeyArn !== undefined && { kmsMasterKeyID: found.KMSMasterKeyArn }),
  };

/** Those of the fields in which the object and the DynamoDB table differ. What the object doesn't have is off, as for ACK. */
export function settingsDelta(desired: TableSpec, latest: TableSpec): SpecField[] {
  const { timeToLive: ttl = { enabled: false }, deletionProtectionEnabled = false, continuousBackups } = desired;
  const differs: Record<(typeof SETTINGS)[number], boolean> = {
    timeToLive:
      latest.timeToLive !== undefined &&
      (ttl.enabled !== latest.timeToLive.enabled || ttl.attributeName !== latest.timeToLive.attributeName),
    sseSpecification: sseDiffers(desired.sseSpecification, latest.sseSpecification),
    deletionProtectionEnabled: deletionProtectionEnabled !== (latest.deletionProtectionEnabled ?? false),
    continuousBackups:
      (continuousBackups?.pointInTimeRecoveryEnabled ?? false) !==
      (latest.continuousBackups?.pointInTimeRecoveryEnabled ?? false),
  };
  return SETTINGS.filter((field) => differs[field]);
}

function sseDiffers(desired: SseSpecification | undefined, latest: SseSpecification | undefined): boolean {
  if (!desired || !latest) return desired ? desired.enabled === true : latest !== undefined;
  return (
    desired.enabled !== latest.enabled ||
    desired.sseType !== latest.sseType ||
    (desired.kmsMasterKeyID !== undefined && desired.kmsMasterKeyID !== latest.kmsMasterKeyID)
  );
}

/** Brings the settings of `delta` to DynamoDB, in ACK's order. */
export async function syncSettings(aws: DynamoDBClient, { spec }: Table, delta: readonly SpecField[]): Promise<void> {
  const { tableName: TableName } = spec;
  if (delta.includes("timeToLive")) await syncTimeToLive(aws, spec);
  if (delta.includes("sseSpecification")) {
    const { enabled: Enabled = false, sseType: SSEType, kmsMasterKeyID: KMSMasterKeyId } = spec.sseSpecification ?? {};
    const named = Enabled ? { SSEType: SSEType as "KMS" | undefined, KMSMasterKeyId } : {};
    // Of a field that was taken away ACK asks for nothing, which AWS refuses.
    const SSESpecification = spec.sseSpecification && { Enabled, ...named };
    await aws.send(new UpdateTableCommand({ TableName, SSESpecification })).catch(inOwnWords);
  }
  if (delta.includes("deletionProtectionEnabled")) {
    const DeletionProtectionEnabled = spec.deletionProtectionEnabled ?? false;
    await aws.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled })).catch(inOwnWords);
  }
  if (delta.includes("continuousBackups")) {
    const PointInTimeRecoveryEnabled = spec.continuousBackups?.pointInTimeRecoveryEnabled ?? false;
    const asked = { TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled } };
    await aws.send(new UpdateContinuousBackupsCommand(asked)).catch(inOwnWords);
  }
}

/** ACK puts the words of AWS into an error of its own, so that none of these counts as refused for good. */
function inOwnWords(error: Error): never {
  throw isAwsError(error) ? new Error(`cannot update table ${describeAwsError(error)}`) : error;
}

/** ACK goes on after "already disabled", and after what its SDK refuses before AWS is asked: no attribute's name. */
async function syncTimeToLive(aws: DynamoDBClient, { tableName: TableName, timeToLive }: TableSpec): Promise<void> {
  const { attributeName: AttributeName, enabled: Enabled = false } = timeToLive ?? {};
  if (AttributeName === undefined) return;
  const asked = { TableName, TimeToLiveSpecification: { AttributeName, Enabled } };
  await aws.send(new UpdateTimeToLiveCommand(asked)).catch((error: Error) => {
    if (!error.message.startsWith("TimeToLive is already disabled")) throw error;
  });
}

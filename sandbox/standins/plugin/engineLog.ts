import grpc from "@grpc/grpc-js";
import type { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb.js";

/** How a message is shown: `status` is the short-lived text beside the resource in the progress display. */
export type LogLevel = "debug" | "info" | "warning" | "error" | "status";

let engineAddress: string | undefined;
let client: Promise<EngineClient> | undefined;

/** Tells where the engine listens (`host:port`); without it, messages are dropped. */
export function setEngineAddress(address: string | undefined): void {
  engineAddress = address;
  client = undefined;
}

/** Shows a message to the user, beside the resource of the given URN when there is one. Never throws. */
export async function log(level: LogLevel, message: string, urn = ""): Promise<void> {
  if (!engineAddress) return;
  try {
    const { default: messages } = await import("@pulumi/pulumi/proto/engine_pb.js");
    client ??= connect(engineAddress);
    const engine = await client;
    const severity = messages.LogSeverity[level === "status" ? "INFO" : (level.toUpperCase() as "INFO")];
    const request = new messages.LogRequest();
    request
      .setSeverity(severity)
      .setMessage(message)
      .setUrn(urn)
      .setEphemeral(level === "status");
    await new Promise<void>((resolve) => engine.log(request, () => resolve()));
  } catch {
    // A message that cannot be shown must not fail the operation that it is about.
  }
}

async function connect(address: string): Promise<EngineClient> {
  const { default: service } = await import("@pulumi/pulumi/proto/engine_grpc_pb.js");
  return new service.EngineClient(address, grpc.credentials.createInsecure());
}

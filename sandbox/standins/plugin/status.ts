import grpc from "@grpc/grpc-js";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import statusProto from "@pulumi/pulumi/proto/status_pb.js";
import anyProto from "google-protobuf/google/protobuf/any_pb.js";
import { InitFailedError } from "./initFailedError.ts";
import type { PropertyPath } from "./propertyPath.ts";
import { encode } from "./values.ts";

/** Turns an error into the gRPC status that the engine understands; `secrets` are the paths of the request's secrets. */
export function toStatus(error: unknown, secrets: readonly PropertyPath[]): Partial<grpc.StatusObject> {
  const details = error instanceof Error ? error.message : String(error);
  if (!(error instanceof InitFailedError)) return { code: grpc.status.UNKNOWN, details };

  const failure = new providerProto.ErrorResourceInitFailed();
  failure.setId(error.id).setReasonsList([...error.reasons]);
  failure.setProperties(encode(error.outputs, [...secrets, ...error.secrets]));
  failure.setInputs(encode(error.inputs, secrets));
  const packed = new anyProto.Any();
  packed.pack(failure.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusProto.Status();
  status.setCode(grpc.status.UNKNOWN).setMessage(details).addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details, metadata };
}

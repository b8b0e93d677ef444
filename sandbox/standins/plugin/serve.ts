import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { Calls } from "./calls.ts";
import { setEngineAddress } from "./engineLog.ts";
import type { ResourceProvider } from "./resourceProvider.ts";
import { implementation } from "./service.ts";

const maxMessageBytes = 400 * 1024 * 1024;
const parentPollMilliseconds = 2_000;
const shutdownMilliseconds = 1_000;

/**
 * Serves a provider to the Pulumi engine that started this process: listens on a free loopback port and prints it, as
 * the engine expects. Ends on SIGINT or SIGTERM, and, once its last operation is done, when the engine is gone.
 * The engine's own address is the last command-line argument.
 */
export function serve(provider: ResourceProvider): void {
  setEngineAddress(process.argv.slice(2).findLast((argument) => !argument.startsWith("-")));
  const calls = new Calls();
  const server = new grpc.Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  server.addService(services.ResourceProviderService, implementation(provider, calls));
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });

  const stop = async () => {
    calls.cancel();
    await Promise.race([calls.idle(), new Promise((resolve) => setTimeout(resolve, shutdownMilliseconds))]);
    process.exit(0);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);

  const parent = process.ppid;
  setInterval(async () => {
    if (process.ppid === parent) return;
    await calls.idle();
    process.exit(0);
  }, parentPollMilliseconds).unref();
}

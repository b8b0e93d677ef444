// Sends engine events, a line of JSON each on stdin, to the address of an `--event-log`, as Pulumi does from 3.206 on.
import { text } from "node:stream/consumers";
import { credentials } from "@grpc/grpc-js";
import { EventsClient } from "@pulumi/pulumi/proto/events_grpc_pb.js";
import events from "@pulumi/pulumi/proto/events_pb.js";

const client = new EventsClient(process.argv[2]!.replace("tcp://", ""), credentials.createInsecure());
const lines = (await text(process.stdin)).split("\n").filter(Boolean);
await new Promise<void>((resolve, reject) => {
  const stream = client.streamEvents((error: Error | null) => (error ? reject(error) : resolve()));
  for (const line of lines) stream.write(new events.EventRequest().setEvent(line));
  stream.end();
});
client.close();

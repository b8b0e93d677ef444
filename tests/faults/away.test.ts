import { away, frozen, life } from "./kit/index.ts";

const FAULTS = [
  away("kro", "kro"),
  away("ACK", "ack-dynamodb-controller"),
  away("the API server", "kube-apiserver"),
  away("etcd", "etcd"),
  // The emulator writes down what it has as it ends; AWS loses nothing.
  away("AWS", "aws-endpoint", "SIGTERM"),
  frozen("kro", "kro"),
  frozen("the API server", "kube-apiserver"),
];
for (const fault of FAULTS) life(`a life with ${fault.name}`, [fault]);

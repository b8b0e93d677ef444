import { another, away, CLOUD, CLUSTER, everything, KILLS, life } from "../faults/kit/index.ts";

// The short form of `npm run faults`: one life, with another fault in each of its seven commands.
life("a life with a fault in every command", [
  everything,
  away("kro", "kro"),
  KILLS.find(({ name }) => name.endsWith("the Kubernetes plugin"))!,
  CLOUD[0]!,
  another,
  away("the API server", "kube-apiserver"),
  CLUSTER.find(({ name }) => name.endsWith("is reset"))!,
]);

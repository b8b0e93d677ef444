/** The nodes on which all pods run, so that one of them can be drained. */
export function nodes(count: number) {
  return Array.from({ length: count }, (_, index) => node(`sandbox-${index}`, "abc".charAt(index % 3)));
}

function node(name: string, zone: string) {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: {
        type: "kwok",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "topology.kubernetes.io/region": "us-west-2",
        "topology.kubernetes.io/zone": `us-west-2${zone}`,
      },
    },
  };
}

import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget.js";
import { accessCluster, CartsStack } from "../../../components/index.ts";
import { readConfig } from "../../../config.ts";

const config = readConfig();
const { provider, dependsOn } = await accessCluster(config.cluster);
const namespace = "carts-kro";
const carts = new CartsStack(
  "carts",
  { ...config.carts, namespace, replicas: 2, environmentFrom: { GREETING: { secret: "shop", key: "greeting" } } },
  { providers: { kubernetes: provider }, dependsOn },
);

// Its pods wait for it, and `carts` for them: so it comes beside the instance, after what that comes after. The plugin tries
// again until the namespace is there. Not `carts.namespace`, which is known only when all is ready.
const { association, definition } = carts.nodes;
new Secret(
  "shop",
  { metadata: { name: "shop", namespace }, stringData: { greeting: "hello" } },
  { provider, dependsOn: [association, definition].filter((one) => one !== undefined) },
);

const metadata = { name: "carts", namespace: carts.namespace };
const pods = {
  matchLabels: {
    "app.kubernetes.io/name": "carts",
    "app.kubernetes.io/instance": carts.instanceName,
    "app.kubernetes.io/component": "service",
  },
};

// One pod at a time goes when a node is drained.
new PodDisruptionBudget("carts", { metadata, spec: { maxUnavailable: 1, selector: pods } }, { provider });

new NetworkPolicy(
  "carts",
  {
    metadata,
    spec: {
      podSelector: pods,
      policyTypes: ["Ingress", "Egress"],
      // The ui alone. A node's own probes are always let in.
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ui" } } }],
          ports: [{ port: "http" }],
        },
      ],
      egress: [
        // DNS, which is on the node itself in EKS Auto Mode.
        { ports: ["UDP", "TCP"].map((protocol) => ({ protocol, port: 53 })) },
        // The Pod Identity agent of the node.
        { to: ["169.254.170.23/32", "fd00:ec2::23/128"].map((cidr) => ({ ipBlock: { cidr } })), ports: [{ port: 80 }] },
        // DynamoDB.
        { ports: [{ port: 443 }] },
      ],
    },
  },
  { provider },
);

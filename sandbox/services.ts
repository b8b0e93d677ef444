import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { join } from "node:path";
import { type AckController, ackControllers } from "./ackController.ts";
import { awkwardness } from "./awkward.ts";
import { awsCredentials, awsSettings } from "./awsSettings.ts";
import { credentials, kubeconfigOf } from "./credentials.ts";
import { aws } from "./environment.ts";
import type { Obtained } from "./obtain.ts";
import { clone, paths } from "./paths.ts";

/** One of the sandbox's processes: how it is started, and how one sees that it works. */
export interface Service {
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
  /** URL that answers 200 when it is ready; without one, to run is to be ready. */
  health?: string;
  /** Our own files that it runs: a change of them is a reason to start it again. */
  sources?: string[];
}

/** The names under which ports are remembered: `<service>` or `<service>/<purpose>`. */
export const portNames = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
  "kro",
  "kro/metrics",
  "aws-endpoint",
  ...ackControllers.flatMap((name) => [name, `${name}/metrics`]),
  "eks-authenticator",
  "pod-identity",
  "containers",
];

const loopback = "127.0.0.1";
// The AWS SDK and the Kubernetes client take a second to compile, at every start.
const compileCache = { NODE_COMPILE_CACHE: paths.nodeCompileCache };
const healthServer = join(clone, "sandbox", "healthServer.ts");

/** Those that need nobody else, or wait for each other by themselves. */
export function foundation({ programs, python }: Obtained, ports: Record<string, number>): Service[] {
  const etcd = `http://${loopback}:${ports.etcd}`;
  const apiServer = `https://${loopback}:${ports["kube-apiserver"]}`;
  return [
    {
      name: "etcd",
      command: programs.etcd!,
      args: [
        "--name=sandbox",
        `--data-dir=${paths.etcd}`,
        `--listen-client-urls=${etcd}`,
        `--advertise-client-urls=${etcd}`,
        `--listen-peer-urls=http://${loopback}:0`,
        // Nothing here must survive a power cut, and syncing to disk is most of what etcd does.
        "--unsafe-no-fsync",
      ],
      health: `${etcd}/health`,
    },
    {
      name: "kube-apiserver",
      command: programs["kube-apiserver"]!,
      args: [
        `--etcd-servers=${etcd}`,
        `--bind-address=${loopback}`,
        `--advertise-address=${loopback}`,
        `--secure-port=${ports["kube-apiserver"]}`,
        `--cert-dir=${paths.pki}`,
        `--token-auth-file=${credentials.tokens}`,
        `--authentication-token-webhook-config-file=${credentials.authenticator}`,
        "--authentication-token-webhook-version=v1",
        // What kro is changes with EKS's capabilities.
        "--authentication-token-webhook-cache-ttl=1s",
        "--service-account-issuer=https://kubernetes.default.svc",
        `--service-account-key-file=${credentials.serviceAccountPublicKey}`,
        `--service-account-signing-key-file=${credentials.serviceAccountKey}`,
        "--service-cluster-ip-range=10.96.0.0/16",
        "--authorization-mode=RBAC",
        "--allow-privileged=true",
        // No endpoint of the `kubernetes` service: a loopback address would be refused there.
        "--endpoint-reconciler-type=none",
        `--audit-policy-file=${join(paths.manifests, "audit-policy.json")}`,
        `--audit-log-path=${paths.auditLog}`,
        `--audit-log-maxsize=${awkwardness().auditsReads ? 4000 : 200}`,
        "--audit-log-maxbackup=1",
        "--shutdown-delay-duration=0s",
      ],
      health: `${apiServer}/readyz`,
    },
    {
      name: "aws-endpoint",
      command: python,
      args: [join(clone, "sandbox", "aws", "endpoint.py")],
      env: {
        GATEWAY_PORT: String(ports["aws-endpoint"]),
        BIND_HOST: loopback,
        STATE_DIR: paths.aws,
        EKS_CLUSTER_NAME: aws.clusterName,
        EKS_CLUSTER_ENDPOINT: apiServer,
        EKS_CLUSTER_CA_FILE: credentials.certificate,
        ...awsSettings(awkwardness()),
        // Keeps Python from writing its caches into the clone.
        PYTHONDONTWRITEBYTECODE: "1",
      },
      health: `http://${loopback}:${ports["aws-endpoint"]}/_ministack/health`,
      sources: [join(clone, "sandbox", "aws")],
    },
    {
      name: "eks-authenticator",
      command: process.execPath,
      args: [join(clone, "sandbox", "authenticator", "main.ts"), `--port=${ports["eks-authenticator"]}`],
      env: { ...compileCache, KRO_TOKEN_FILE: credentials.kroToken },
      health: `http://${loopback}:${ports["eks-authenticator"]}/healthz`,
      sources: [join(clone, "sandbox", "authenticator")],
    },
  ];
}

/** Those that need the API server, and kwok and kro their CRDs. */
export function controllers({ programs, acks }: Obtained, ports: Record<string, number>): Service[] {
  return [
    {
      name: "kube-controller-manager",
      command: programs["kube-controller-manager"]!,
      args: [
        ...kubernetesClient("system:kube-controller-manager", ports["kube-controller-manager"]),
        "--use-service-account-credentials=true",
        `--service-account-private-key-file=${credentials.serviceAccountKey}`,
        `--root-ca-file=${credentials.certificate}`,
        "--controllers=*,-cloud-node-lifecycle-controller,-service-lb-controller,-node-route-controller",
      ],
      health: `https://${loopback}:${ports["kube-controller-manager"]}/healthz`,
    },
    {
      name: "kube-scheduler",
      command: programs["kube-scheduler"]!,
      args: kubernetesClient("system:kube-scheduler", ports["kube-scheduler"]),
      health: `https://${loopback}:${ports["kube-scheduler"]}/healthz`,
    },
    {
      name: "kwok",
      command: programs.kwok!,
      args: [
        `--kubeconfig=${kubeconfigOf("kwok")}`,
        "--manage-all-nodes=true",
        `--node-ip=${loopback}`,
        "--node-lease-duration-seconds=40",
        `--server-address=${loopback}:${ports.kwok}`,
        // It is the node's kubelet to the API server, which asks it over TLS, and forwards ports where it is told to.
        `--node-port=${ports.kwok}`,
        `--tls-cert-file=${credentials.certificate}`,
        `--tls-private-key-file=${credentials.certificateKey}`,
        // Both are read from the cluster, where they can be changed while it runs.
        "--enable-crds=Stage,ClusterPortForward",
        "--config=/dev/null",
      ],
      health: `http://${loopback}:${ports.kwok}/healthz`,
    },
    {
      name: "kro",
      command: programs.kro!,
      args: [
        `--kubeconfig=${kubeconfigOf("kro")}`,
        `--metrics-bind-address=${loopback}:${ports["kro/metrics"]}`,
        `--health-probe-bind-address=${loopback}:${ports.kro}`,
        "--graceful-shutdown-timeout=3s",
        "--zap-devel=false",
        `--instance-requeue-interval=${awkwardness().kroRequeueSeconds}s`,
        `--rgd-progress-requeue-delay=${awkwardness().kroRequeueSeconds}s`,
        ...awkwardness().kroFlags,
      ],
      health: `http://${loopback}:${ports.kro}/readyz`,
    },
    ...acks.map((ack) => ackService(ack, ports)),
    ownService("pod-identity", "podidentity", ports),
    ownService("containers", "containers", ports, awkwardness().containers ? [] : ["--always-run"]),
  ];
}

/** A process of ours that follows the cluster and EKS. */
function ownService(name: string, folder: string, ports: Record<string, number>, more: string[] = []): Service {
  const sources = [join(clone, "sandbox", folder), join(clone, "sandbox", "eksAssociations.ts"), healthServer];
  return {
    name,
    command: process.execPath,
    args: [join(clone, "sandbox", folder, "main.ts"), `--health-port=${ports[name]}`, ...more],
    env: { ...compileCache, KUBECONFIG: kubeconfigOf(name) },
    health: `http://${loopback}:${ports[name]}/healthz`,
    sources,
  };
}

function ackService({ name, part, command }: AckController, ports: Record<string, number>): Service {
  const [program = "", ...args] = command;
  const env = { ...compileCache, KUBECONFIG: kubeconfigOf("ack"), ...awsCredentials(name) };
  const port = ports[name];
  const health = `http://${loopback}:${port}/healthz`;
  if (part.kind === "stand-in") {
    const sources = [join(clone, "sandbox", "standins", "ack"), healthServer];
    return { name, command: program, args: [...args, `--health-port=${port}`], env, health, sources };
  }
  const flags = [
    `--aws-region=${aws.region}`,
    "--allow-unsafe-aws-endpoint-urls=true",
    `--aws-endpoint-url=http://${loopback}:${ports["aws-endpoint"]}`,
    `--aws-identity-endpoint-url=http://${loopback}:${ports["aws-endpoint"]}`,
    "--enable-leader-election=false",
    `--metrics-addr=${loopback}:${ports[`${name}/metrics`]}`,
    `--healthz-addr=${loopback}:${port}`,
  ];
  return { name, command: program, args: [...args, ...flags], env, health };
}

function kubernetesClient(user: string, port: number | undefined): string[] {
  const kubeconfig = kubeconfigOf(user);
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    `--bind-address=${loopback}`,
    `--secure-port=${port}`,
    "--leader-elect=false",
  ];
}

/** Whether the URL answers 200 within two seconds. */
export function answers(url: string): Promise<boolean> {
  // The scheduler and the controller manager make themselves certificates that nobody knows; all of it is loopback.
  const request = url.startsWith("https:")
    ? httpsRequest(url, { timeout: 2000, rejectUnauthorized: false })
    : httpRequest(url, { timeout: 2000 });
  return new Promise((resolve) => {
    request.on("response", (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(false));
    request.on("close", () => resolve(false));
    request.end();
  });
}

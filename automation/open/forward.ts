import { createServer, type Server, type Socket } from "node:net";
import { PassThrough } from "node:stream";
import type { CoreV1Api, KubeConfig, V1Pod, V1Service } from "@kubernetes/client-node";
import { UserError } from "../../packages/console/index.ts";

/** A service of a cluster. */
export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

/** A pod that serves, and the port on which it does. */
export interface Target {
  readonly pod: string;
  readonly port: number;
}

const client = (): Promise<typeof import("@kubernetes/client-node")> => import("@kubernetes/client-node");

/**
 * A ready pod of a service, and the port that stands behind the service's first one.
 *
 * @throws UserError when there is no such service, or no pod of it is ready.
 */
export async function findTarget(config: KubeConfig, { namespace, name }: ServiceName): Promise<Target> {
  const { CoreV1Api } = await client();
  const api = config.makeApiClient(CoreV1Api);
  const service = await api.readNamespacedService({ namespace, name }).catch(explain(`service ${namespace}/${name}`));
  const pods = await podsOf(api, namespace, service);
  const pod = pods.find(isReady);
  if (!pod) {
    const found = pods.map(({ metadata, status }) => `${metadata?.name} is ${status?.phase}`).join(", ");
    throw new UserError(`no pod of service ${namespace}/${name} is ready: ${found || "it has none"}`);
  }
  return { pod: pod.metadata!.name!, port: portOf(service, pod) };
}

/**
 * Forwards every connection to a port of this machine's 127.0.0.1 to a ready pod of a service, which is looked up for
 * each anew: a pod that goes away takes its connections with it, no more.
 *
 * @param port - 0 for any that is free.
 * @param onProblem - called with a sentence when a connection could not be forwarded.
 * @throws UserError when the port is taken.
 */
export async function forward(
  config: KubeConfig,
  service: ServiceName,
  port: number,
  onProblem: (problem: string) => void,
): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    connect(config, service, socket).catch((error: Error) => {
      onProblem(error.message);
      socket.destroy();
    });
  });
  await new Promise<void>((listening, failed) => {
    server.once("error", failed).listen(port, "127.0.0.1", listening);
  }).catch((error: NodeJS.ErrnoException) => {
    const taken = error.code === "EADDRINUSE";
    throw new UserError(
      taken
        ? `port ${port} of this machine is taken: choose another with --port, or 0 for any`
        : `cannot listen on port ${port} of this machine: ${error.message}`,
    );
  });
  return server;
}

async function connect(config: KubeConfig, service: ServiceName, socket: Socket): Promise<void> {
  const { PortForward } = await client();
  const { pod, port } = await findTarget(config, service);
  const problems = new PassThrough();
  const said = new Promise<string>((resolve) => {
    problems.once("data", (text: Buffer) => resolve(text.toString().trim()));
  });
  const socketOfPod = await new PortForward(config).portForward(
    service.namespace,
    pod,
    [port],
    socket,
    problems,
    socket,
  );
  if (typeof socketOfPod === "function") return;
  const closed = new Promise<void>((resolve) => socketOfPod.addEventListener("close", () => resolve()));
  socket.once("close", () => socketOfPod.close());
  const problem = await Promise.race([said, closed]);
  socket.destroySoon();
  if (problem !== undefined) throw new Error(`pod ${pod}: ${problem}`);
}

async function podsOf(api: CoreV1Api, namespace: string, { metadata, spec }: V1Service): Promise<V1Pod[]> {
  const selector = Object.entries(spec?.selector ?? {});
  if (selector.length === 0) throw new UserError(`service ${namespace}/${metadata?.name} selects no pods`);
  const labelSelector = selector.map(([key, value]) => `${key}=${value}`).join();
  const { items } = await api.listNamespacedPod({ namespace, labelSelector }).catch(explain(`pods of ${namespace}`));
  return items;
}

const isReady = ({ metadata, status }: V1Pod): boolean =>
  !metadata?.deletionTimestamp &&
  (status?.conditions ?? []).some((one) => one.type === "Ready" && one.status === "True");

function portOf({ spec }: V1Service, pod: V1Pod): number {
  const first = spec?.ports?.[0];
  const target = first?.targetPort ?? first?.port;
  if (typeof target === "number") return target;
  const ports = (pod.spec?.containers ?? []).flatMap(({ ports: own = [] }) => own);
  const found = ports.find(({ name }) => name === target);
  if (!found) throw new UserError(`pod ${pod.metadata?.name} has no port of the name ${target}`);
  return found.containerPort;
}

/** Says in a sentence why the API server gave no answer. */
const explain =
  (what: string) =>
  (error: Error & { readonly code?: number | string }): never => {
    if (error.code === 404) throw new UserError(`there is no ${what}`);
    if (typeof error.code === "number") throw new UserError(`the API server answered with HTTP ${error.code}: ${what}`);
    const { message } = error.cause instanceof Error ? error.cause : error;
    throw new UserError(`the cluster could not be asked for ${what}: ${message || (error.code ?? "no answer")}`);
  };

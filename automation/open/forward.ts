import { createServer, type Server, type Socket } from "node:net";
import { PassThrough } from "node:stream";
import type { KubeConfig } from "@kubernetes/client-node";
import { interrupted, UserError } from "../../packages/console/index.ts";
import { ApiError, type ClusterClient, clusterClient, isServing, type Pod } from "../../packages/live/index.ts";

/** A service of a cluster. */
export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

interface ServiceSpec {
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports?: readonly ServicePort[];
}

interface ServicePort {
  readonly port: number;
  readonly targetPort?: number | string;
}

/** A pod that serves, and the port on which it does. */
export interface ServingPod {
  readonly pod: string;
  readonly port: number;
}

/**
 * A ready pod of a service, and the port that stands behind the service's first one.
 *
 * @throws UserError when there is no such service, or no pod of it is ready.
 */
export const findTarget = (config: KubeConfig, service: ServiceName): Promise<ServingPod> =>
  targetIn(clusterClient(config, interrupted), service);

async function targetIn(cluster: ClusterClient, { namespace, name }: ServiceName): Promise<ServingPod> {
  const title = `service ${namespace}/${name}`;
  const service = await cluster.get({ apiVersion: "v1", kind: "Service", namespace, name }).catch(explain(title));
  if (!service) throw new UserError(`there is no ${title}`);
  const { selector = {}, ports = [] } = (service.spec ?? {}) as ServiceSpec;
  if (Object.keys(selector).length === 0) throw new UserError(`${title} selects no pods`);
  const listed = cluster.list({ apiVersion: "v1", kind: "Pod", namespace }, selector);
  const pods = (await listed.catch(explain(`pods of ${namespace}`))) as readonly Pod[];
  const pod = pods.find(isServing);
  if (!pod) {
    const found = pods.map(({ metadata, status }) => `${metadata.name} is ${status?.phase}`).join(", ");
    throw new UserError(`no pod of ${title} is ready: ${found || "it has none"}`);
  }
  return { pod: pod.metadata.name, port: portOf(ports[0], pod) };
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
  const cluster = clusterClient(config, interrupted);
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    connect(config, cluster, service, socket).catch((error: Error) => {
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

async function connect(
  config: KubeConfig,
  cluster: ClusterClient,
  service: ServiceName,
  socket: Socket,
): Promise<void> {
  const { PortForward } = await import("@kubernetes/client-node");
  const { pod, port } = await targetIn(cluster, service);
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

function portOf(first: ServicePort | undefined, { metadata, spec }: Pod): number {
  const target = first?.targetPort ?? first?.port;
  if (typeof target === "number") return target;
  const found = spec.containers.flatMap(({ ports = [] }) => ports).find(({ name }) => name === target);
  if (!found) throw new UserError(`pod ${metadata.name} has no port of the name ${target}`);
  return found.containerPort;
}

/** Says in a sentence why the API server gave no answer. */
const explain =
  (what: string) =>
  (error: Error): never => {
    if (error instanceof ApiError) throw new UserError(`${error.message}: ${what}`);
    throw new UserError(`the cluster could not be asked for ${what}: ${error.message}`);
  };

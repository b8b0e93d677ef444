import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { Properties } from "../plugin/values.ts";
import { ApiError } from "./apiError.ts";
import { type ClusterAccess, pem } from "./clusterAccess.ts";
import { CredentialSource, type Credentials } from "./credentials.ts";
import type { KubernetesObject } from "./kubernetesObject.ts";

/** One request to the API server. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | boolean | undefined>>;
  readonly body?: unknown;
  /** Default: `application/json`. */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** Seconds after which to give up. Default: none. */
  readonly timeoutSeconds?: number;
}

/** A change that a watch reports. */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: KubernetesObject;
}

const retriesWhenBusy = 10;

/** A small HTTP client of one Kubernetes API server. Connections are kept and shared. */
export class ApiClient {
  readonly #access: ClusterAccess;
  readonly #userAgent: string;
  readonly #credentials: CredentialSource;
  readonly #agent: HttpAgent;

  constructor(access: ClusterAccess, userAgent: string) {
    this.#access = access;
    this.#userAgent = userAgent;
    this.#credentials = new CredentialSource(access);
    const { cluster, server } = access;
    const { protocol, hostname } = new URL(server);
    const options = {
      keepAlive: true,
      ca: pem(cluster["certificate-authority-data"], cluster["certificate-authority"]),
      rejectUnauthorized: !cluster["insecure-skip-tls-verify"],
      servername: cluster["tls-server-name"],
      ...(!/^(localhost|127\.|\[::1\])/.test(hostname) && { proxyEnv: process.env }),
    };
    this.#agent = protocol === "http:" ? new HttpAgent(options) : new HttpsAgent(options);
  }

  /** Sends a request and gives the answer's JSON. Throws {@link ApiError} for anything but a success. */
  async send(request: ApiRequest): Promise<Properties> {
    for (let attempt = 0; ; attempt++) {
      const response = await this.#open(request);
      const text = await textOf(response);
      const code = response.statusCode ?? 0;
      if (code < 300) return JSON.parse(text) as Properties;
      const retryAfter = Number(response.headers["retry-after"] ?? Number.NaN);
      const busy = code === 429 || code >= 500;
      if (!busy || Number.isNaN(retryAfter) || attempt === retriesWhenBusy) throw new ApiError(code, text);
      await sleep(retryAfter * 1000, undefined, { signal: request.signal });
    }
  }

  /** Follows a list from a resource version on, until the server closes the stream or `signal` aborts. */
  async *watch(path: string, query: ApiRequest["query"], signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const response = await this.#open({ method: "GET", path, query: { ...query, watch: true }, signal });
    if (response.statusCode !== 200) throw new ApiError(response.statusCode ?? 0, await textOf(response));
    let rest = "";
    for await (const chunk of response.setEncoding("utf8")) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield JSON.parse(line) as WatchEvent;
    }
  }

  async #open(request: ApiRequest): Promise<IncomingMessage> {
    const response = await this.#openAs(await this.#credentials.get(), request);
    if (response.statusCode !== 401 || !this.#credentials.renewable) return response;
    response.resume();
    this.#credentials.renew();
    return this.#openAs(await this.#credentials.get(), request);
  }

  #openAs({ authorization, cert, key }: Credentials, request: ApiRequest): Promise<IncomingMessage> {
    const url = new URL(this.#access.server + request.path);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const timeout = request.timeoutSeconds ? AbortSignal.timeout(request.timeoutSeconds * 1000) : undefined;
    const signals = [request.signal, timeout].filter((signal) => signal !== undefined);
    const send = url.protocol === "http:" ? httpRequest : httpsRequest;
    return new Promise((resolve, reject) => {
      const outgoing = send(
        url,
        {
          method: request.method,
          agent: this.#agent,
          cert,
          key,
          signal: signals.length > 0 ? AbortSignal.any(signals) : undefined,
          headers: {
            accept: "application/json",
            "user-agent": this.#userAgent,
            ...(authorization && { authorization }),
            ...(body !== undefined && {
              "content-type": request.contentType ?? "application/json",
              "content-length": Buffer.byteLength(body),
            }),
          },
        },
        resolve,
      );
      outgoing.on("error", (error) => {
        const verb = request.method[0] + request.method.slice(1).toLowerCase();
        const reason = timeout?.aborted ? "context deadline exceeded" : networkProblem(error);
        reject(request.signal?.aborted ? new Error("context canceled") : new Error(`${verb} "${url}": ${reason}`));
      });
      outgoing.end(body);
    });
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  return text;
}

/** A network error in the words that Go has for it, which users of kubectl and Pulumi know. */
function networkProblem(error: Error): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const { code, address, port, hostname } = first as NodeJS.ErrnoException & Record<string, unknown>;
  switch (code) {
    case "ECONNREFUSED":
      return `dial tcp ${address}:${port}: connect: connection refused`;
    case "ETIMEDOUT":
      return `dial tcp ${address}:${port}: i/o timeout`;
    case "ENOTFOUND":
      return `dial tcp: lookup ${hostname}: no such host`;
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
      return "tls: failed to verify certificate: x509: certificate signed by unknown authority";
    default:
      return error.message;
  }
}

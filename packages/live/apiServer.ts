import { once } from "node:events";
import { type Agent, type RequestOptions, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { ApiError } from "./apiError.ts";
import { type Turn, Turns } from "./turns.ts";

/** Asks the API server: undefined for what is not there. Nothing is asked that can't be asked twice: a POST tries or looks, a DELETE names a uid. */
export type Ask = <T>(method: Method, path: string, body?: object) => Promise<T | undefined>;

/** `APPLY` is a PATCH by which the server merges (server-side apply). */
type Method = "GET" | "PATCH" | "APPLY" | "POST" | "DELETE";

const CONTENT: Readonly<Record<string, string>> = {
  PATCH: "application/merge-patch+json",
  APPLY: "application/apply-patch+yaml",
};

/** How many requests go on at a time; the others wait for their connections, and their time begins when they have one. */
const CONNECTIONS = 8;

/**
 * An API server's own answers: the types of @kubernetes/client-node would leave out every field that is newer than they
 * are. Connections are kept for what is asked next.
 *
 * @param timeout - seconds until an answer must be there. Of a server that has answered nothing for so long, nobody waits on.
 * @throws Error of a kubeconfig that names no cluster.
 */
export function apiServer(config: KubeConfig, signal: AbortSignal, timeout: number): Ask {
  const server = config.getCurrentCluster()?.server.replace(/\/$/, "");
  if (server === undefined) throw new Error("the kubeconfig names no cluster");
  const send = server.startsWith("http:") ? requestHttp : requestHttps;
  const own = copyOf(config);
  const turns = new Turns(CONNECTIONS, timeout);

  async function exchange(
    method: string,
    path: string,
    body: object | undefined,
    stop: AbortSignal,
    turn: Turn,
  ): Promise<Answer> {
    const options: RequestOptions = {
      method: method === "APPLY" ? "PATCH" : method,
      signal: stop,
      headers: { accept: "application/json" },
    };
    await (await own).applyToHTTPSOptions(options);
    Object.assign(options.agent as Agent, { keepAlive: true, maxSockets: CONNECTIONS });
    const text = body && JSON.stringify(body);
    if (text) {
      const type = CONTENT[method] ?? "application/json";
      // Of a DELETE Node says nothing of the length by itself, and the server takes the body for the next request.
      Object.assign(options.headers!, { "content-type": type, "content-length": Buffer.byteLength(text) });
    }
    const outgoing = send(server + path, options);
    outgoing.once("socket", turn.begin);
    outgoing.end(text);
    try {
      const [response] = await once(outgoing, "response");
      return { status: response.statusCode, text: (await response.setEncoding("utf8").toArray()).join("") };
    } catch (error) {
      // The server may close a connection that was kept just when it is used again. All that is asked can be asked twice.
      if (outgoing.reusedSocket && (error as NodeJS.ErrnoException).code === "ECONNRESET")
        return exchange(method, path, body, stop, turn);
      throw error;
    }
  }

  return async <T>(method: Method, path: string, body?: object) => {
    const turn = turns.take();
    const stop = AbortSignal.any([signal, turn.late]);
    const { status, text } = await exchange(method, path, body, stop, turn)
      .catch((error: NodeJS.ErrnoException) => {
        // Of several addresses that were tried, the message is empty.
        if (!stop.aborted) throw new Error(error.message || error.code);
        throw new Error(signal.aborted ? "interrupted" : `the cluster did not answer within ${timeout} s`);
      })
      .finally(turn.end);
    turns.heard();
    if (status === 404) return undefined;
    if (status >= 300) throw refusal(status, text);
    return parsed(text) as T;
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One whose agent is not shared: a port-forward keeps its connection for as long as it lasts. */
async function copyOf(config: KubeConfig): Promise<KubeConfig> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const copy = new KubeConfig();
  copy.loadFromOptions(config);
  return copy;
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
function refusal(status: number, text: string): ApiError {
  let message: unknown;
  try {
    ({ message } = JSON.parse(text));
  } catch {
    // What stands before an API server may answer as it likes.
  }
  const said = typeof message === "string" && message !== "" ? `: ${message.replace(/\s+/g, " ")}` : "";
  return new ApiError(`the API server answered with HTTP ${status}${said}`, status);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("what answers there is no API server: its answer is not JSON");
  }
}

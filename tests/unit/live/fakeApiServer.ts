import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeConfig } from "@kubernetes/client-node";

interface Kind {
  readonly kind: string;
  readonly name: string;
  readonly namespaced: boolean;
}

interface Stored {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
  readonly [field: string]: unknown;
}

/** An API server on a loopback port: discovery, get, list and watch of what a test puts into it. */
export class FakeApiServer {
  /** Path and query of each request so far. */
  readonly requests: string[] = [];
  /** Bodies of the patches that it took, which change nothing. */
  readonly patches: { readonly path: string; readonly body: unknown }[] = [];
  /** What was to be deleted; nothing is. */
  readonly deletions: { readonly path: string; readonly body: unknown }[] = [];
  /** How many connections were opened. */
  connections = 0;
  /** Milliseconds until it answers. */
  delay = 0;
  /** How many requests on a connection that was kept are cut off, as by a server that closes it just then. */
  cutOff = 0;
  /** Objects that were to be made; none is. */
  readonly tried: { readonly path: string; readonly body: object }[] = [];
  /** What becomes of an object that is to be made, or applied. */
  admit: (object: object) => object = (object) => object;
  /** What is answered in place of an object, by path: a status, or `never`. */
  readonly refused = new Map<string, number | "never">();
  readonly #kinds = new Map<string, Kind[]>();
  readonly #objects = new Map<string, Stored>();
  readonly #watches = new Set<{ readonly matches: (object: Stored) => boolean; readonly response: ServerResponse }>();
  readonly #events: Event[] = [];
  readonly #server: Server;
  readonly #kept = new WeakSet<object>();
  #version = 1;

  constructor() {
    this.#server = createServer(async (request, response) => {
      const isKept = this.#kept.has(request.socket);
      this.#kept.add(request.socket);
      if (isKept && this.cutOff > 0) {
        this.cutOff--;
        request.socket.resetAndDestroy();
        return;
      }
      if (this.delay > 0) await sleep(this.delay);
      if (request.method === "DELETE") {
        this.deletions.push({ path: request.url!, body: JSON.parse((await request.toArray()).join("")) });
      }
      if (request.method === "PATCH") {
        const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
        this.patches.push({ path: request.url!, body });
        if (request.headers["content-type"] === "application/apply-patch+yaml") {
          this.#apply(request.url!, body, response);
          return;
        }
      }
      this.#answer(request, response);
    });
    this.#server.on("connection", () => this.connections++);
  }

  /** Starts listening. */
  async start(): Promise<KubeConfig> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
    const config = new KubeConfig();
    config.loadFromClusterAndUser({ name: "c", server: this.url, skipTLSVerify: true }, { name: "u" });
    return config;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** How many watches there are. */
  get watches(): number {
    return this.#watches.size;
  }

  /** Ends every watch, as an API server does now and then. */
  endWatches(): void {
    for (const { response } of this.#watches) response.end();
    this.#watches.clear();
  }

  serve(apiVersion: string, kind: string, name: string, namespaced = true): void {
    const status = { kind, name: `${name}/status`, namespaced };
    this.#kinds.set(apiVersion, [...(this.#kinds.get(apiVersion) ?? []), status, { kind, name, namespaced }]);
  }

  put(object: Stored): void {
    const key = JSON.stringify([object.apiVersion, object.kind, object.metadata.namespace, object.metadata.name]);
    const phase = this.#objects.has(key) ? "MODIFIED" : "ADDED";
    const stored = { ...object, metadata: { ...object.metadata, uid: key, resourceVersion: String(++this.#version) } };
    this.#objects.set(key, stored);
    this.#tell(phase, stored);
  }

  remove({ apiVersion, kind, metadata: { namespace, name } }: Stored): void {
    const key = JSON.stringify([apiVersion, kind, namespace, name]);
    const stored = this.#objects.get(key)!;
    this.#objects.delete(key);
    this.#tell("DELETED", {
      ...stored,
      metadata: { ...stored.metadata, resourceVersion: String(++this.#version) },
    } as Stored);
  }

  #tell(type: string, object: Stored): void {
    const event = { version: this.#version, type, object };
    this.#events.push(event);
    for (const { matches, response } of this.#watches) send(event, matches, response);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { url = "", method } = request;
    this.requests.push(url);
    const { pathname, searchParams } = new URL(url, this.url);
    const isWatch = searchParams.has("watch");
    const refused = this.refused.get(pathname) ?? (isWatch ? this.refused.get(`watch ${pathname}`) : undefined);
    if (refused === "never") return;
    if (refused === undefined && method === "POST") {
      this.#try(url, request, response);
      return;
    }
    const reply =
      refused === undefined
        ? this.#find(pathname, searchParams)
        : failure(refused, `somebody cannot ${method} ${pathname}`);
    response.writeHead(reply.status, { "content-type": "application/json" });
    if (!isWatch || !reply.matches) {
      response.end(JSON.stringify(reply.body));
      return;
    }
    response.flushHeaders();
    const watch = { matches: reply.matches, response };
    this.#watches.add(watch);
    response.on("close", () => this.#watches.delete(watch));
    const since = Number(searchParams.get("resourceVersion"));
    for (const event of this.#events.filter(({ version }) => version > since)) send(event, watch.matches, response);
  }

  async #try(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse((await request.toArray()).join(""));
    this.tried.push({ path, body });
    response.writeHead(201, { "content-type": "application/json" });
    response.end(JSON.stringify(this.admit(body)));
  }

  #apply(url: string, body: object, response: ServerResponse): void {
    this.requests.push(url);
    const refused = this.refused.get(new URL(url, this.url).pathname);
    const reply =
      typeof refused === "number" ? failure(refused, `${url} is refused`) : { status: 200, body: this.admit(body) };
    response.writeHead(reply.status, { "content-type": "application/json" });
    response.end(JSON.stringify(reply.body));
  }

  #find(pathname: string, query: URLSearchParams): Reply {
    const [, apiVersion, namespace, plural, name] =
      /^\/apis?\/(v1|[^/]+\/[^/]+)(?:\/namespaces\/([^/]+)(?=\/))?(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(pathname) ?? [];
    const kinds = this.#kinds.get(apiVersion!);
    if (kinds && plural === undefined) return { status: 200, body: { kind: "APIResourceList", resources: kinds } };
    const kind = kinds?.find((one) => one.name === plural);
    if (!kind || (namespace !== undefined && !kind.namespaced)) return failure(404, "the server could not find it");
    const wanted = name ?? /^metadata\.name=(.*)$/.exec(query.get("fieldSelector") ?? "")?.[1];
    const labels = (query.get("labelSelector") ?? "").split(",").filter(Boolean);
    const matches = (object: Stored) =>
      object.apiVersion === apiVersion &&
      object.kind === kind.kind &&
      (namespace ?? object.metadata.namespace) === object.metadata.namespace &&
      (wanted ?? object.metadata.name) === object.metadata.name &&
      labels
        .map((label) => label.split("="))
        .every(([key, value]) => {
          const own = object.metadata.labels?.[key!];
          return value === undefined ? own !== undefined : own === value;
        });
    const found = [...this.#objects.values()].filter(matches);
    if (name !== undefined) return found[0] ? { status: 200, body: found[0] } : failure(404, `${name} not found`);
    // In a list, objects don't say what they are.
    const items = found.map(({ apiVersion: _, kind: __, ...item }) => item);
    return { status: 200, body: { metadata: { resourceVersion: String(this.#version) }, items }, matches };
  }
}

interface Reply {
  readonly status: number;
  readonly body: object;
  /** Of a list, which can be watched: what is in it. */
  readonly matches?: (object: Stored) => boolean;
}

interface Event {
  readonly version: number;
  readonly type: string;
  readonly object: Stored;
}

const failure = (code: number, message: string): Reply => ({ status: code, body: { kind: "Status", code, message } });

function send({ type, object }: Event, matches: (object: Stored) => boolean, response: ServerResponse): void {
  if (matches(object)) response.write(`${JSON.stringify({ type, object })}\n`);
}

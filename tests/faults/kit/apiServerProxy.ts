import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeConfig } from "@kubernetes/client-node";

/** How requests to the API server end on their way. */
export type Way = "throttled" | "failing" | "reset" | "truncated" | "slow";

/** A way to an API server; a kubeconfig leads to it. */
export class ApiServerProxy {
  /** How every third request comes to grief, or each is slow; undefined for a way as good as any. */
  way: Way | undefined;
  readonly #server: Server;
  readonly #upstream = new KubeConfig();
  #requests = 0;

  private constructor(kubeconfig: string) {
    this.#upstream.loadFromFile(kubeconfig);
    this.#server = createServer((from, to) => void this.#pass(from, to).catch(() => to.destroy()));
  }

  static async open(kubeconfig: string): Promise<ApiServerProxy> {
    const proxy = new ApiServerProxy(kubeconfig);
    await new Promise<void>((listening) => proxy.#server.listen(0, "127.0.0.1", listening));
    return proxy;
  }

  /** A kubeconfig for clients, with the same contexts. */
  get kubeconfig(): string {
    const { port } = this.#server.address() as AddressInfo;
    // The JavaScript client takes no plain HTTP otherwise.
    const cluster = { name: "proxy", server: `http://127.0.0.1:${port}`, skipTLSVerify: true };
    const contexts = this.#upstream.contexts.map(({ name }) => ({ name, cluster: "proxy", user: "proxy" }));
    const config = new KubeConfig();
    const currentContext = this.#upstream.getCurrentContext();
    config.loadFromOptions({ clusters: [cluster], users: [{ name: "proxy" }], contexts, currentContext });
    return config.exportConfig();
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #pass(from: IncomingMessage, to: ServerResponse): Promise<void> {
    const unlucky = this.#requests++ % 3 === 2;
    if (this.way === "slow") await sleep(700);
    else if (unlucky && this.way === "throttled") return refuse(to, 429, "TooManyRequests");
    else if (unlucky && this.way === "failing") return refuse(to, 503, "ServiceUnavailable");
    else if (unlucky && this.way === "reset") return void from.socket.destroy();
    const target = new URL(from.url!, this.#upstream.getCurrentCluster()!.server);
    const options = { method: from.method!, headers: { ...from.headers, host: target.host } };
    await this.#upstream.applyToHTTPSOptions(options);
    const outgoing = request(target, options, (answer) => {
      to.writeHead(answer.statusCode!, answer.headers);
      if (!unlucky || this.way !== "truncated") return void answer.pipe(to);
      answer.once("data", (data: Buffer) => to.write(data.subarray(0, data.length / 2), () => from.socket.destroy()));
    });
    outgoing.on("error", () => from.socket.destroy());
    to.on("close", () => outgoing.destroy());
    from.pipe(outgoing);
  }
}

/** As the API server refuses. */
function refuse(to: ServerResponse, code: number, reason: string): void {
  to.writeHead(code, { "content-type": "application/json", "retry-after": "1" });
  to.end(JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", reason, code, message: reason }));
}

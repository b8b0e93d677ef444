import { createServer } from "node:http";

/**
 * Serves GET /healthz on 127.0.0.1: 200 while `healthy` says so, else 503.
 * @param port TCP port; undefined serves nothing
 */
export function serveHealth(port: number | undefined, healthy: () => boolean): void {
  if (port === undefined) return;
  createServer((request, response) => {
    const found = request.url === "/healthz";
    const status = found ? (healthy() ? 200 : 503) : 404;
    response.writeHead(status, { "content-type": "text/plain" }).end(status === 200 ? "ok\n" : "not ok\n");
  }).listen(port, "127.0.0.1");
}

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How one request is answered; default: with the file at that path, or 404. */
export type Answer = (response: ServerResponse, file: Buffer | undefined, request: IncomingMessage) => void;

/** A mirror of official releases on 127.0.0.1, as `SANDBOX_RELEASES` wants it. */
export class Mirror {
  /** "GET /github.com/...", in the order in which they came. */
  readonly requests: string[] = [];
  /** Content by path: "/github.com/...". */
  readonly files = new Map<string, Buffer>();
  answer: Answer = whole;
  readonly #server = createServer((request, response) => {
    const path = request.url ?? "";
    this.requests.push(`${request.method} ${path}`);
    this.answer(response, this.files.get(path), request);
  });

  /** @param port - default: any free one */
  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  put(path: string, content: Buffer | string): void {
    this.files.set(path, Buffer.from(content));
  }

  /** How often the file at that path was asked for. */
  count(path: string): number {
    return this.requests.filter((request) => request === `GET ${path}`).length;
  }
}

export const whole: Answer = (response, file) => {
  if (file) response.writeHead(200, { "content-length": file.length }).end(file);
  else response.writeHead(404).end("not here");
};

/** Half of the file, and then the connection is gone. */
export const dying: Answer = (response, file) => {
  if (!file) return whole(response, file, response.req);
  response.writeHead(200, { "content-length": file.length });
  response.write(file.subarray(0, file.length / 2), () => response.destroy());
};

/** Half of the file, and then nothing. */
export const stalling: Answer = (response, file) => {
  if (!file) return whole(response, file, response.req);
  response.writeHead(200, { "content-length": file.length });
  response.write(file.subarray(0, file.length / 2));
};

/** What a network answers that wants one to log in first, whatever was asked for. */
export const loginPage: Answer = (response) => {
  response.writeHead(200, { "content-type": "text/html" }).end("\n<!DOCTYPE html><title>Welcome to our Wi-Fi</title>");
};

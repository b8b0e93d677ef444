import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What the fake endpoint answers: a status, a body, and for an error of EKS its code. */
export interface Answer {
  readonly status?: number;
  readonly body: string;
  readonly errorCode?: string;
}

/** An HTTP server on a loopback port that answers AWS API calls with what a test prepared, and notes the calls. */
export class FakeAws {
  /** The calls so far: IAM's and STS's by action, EKS's as `METHOD /path`. */
  readonly calls: string[] = [];
  readonly #answers = new Map<string, Answer[]>();
  readonly #server: Server;

  constructor() {
    this.#server = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      const call = new URLSearchParams(body).get("Action") ?? `${request.method} ${request.url}`;
      this.calls.push(call);
      const answers = this.#answers.get(call) ?? [];
      const {
        status = 200,
        body: text,
        errorCode,
      } = (answers.length > 1 ? answers.shift() : answers[0]) ?? {
        status: 501,
        body: `no answer to ${call}`,
      };
      if (errorCode) response.setHeader("x-amzn-errortype", errorCode);
      response.writeHead(status).end(text);
    });
  }

  /** Starts listening; gives the endpoint's URL. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Prepares the answers to a call; the last one is repeated. */
  answer(call: string, ...answers: Answer[]): void {
    this.#answers.set(call, answers);
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

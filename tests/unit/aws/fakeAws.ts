import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What is answered to a call; `never` is nothing at all. */
export type AwsAnswer = { readonly status?: number; readonly body: string; readonly error?: string } | "never";

/** AWS on a loopback port, as `AWS_ENDPOINT_URL` while it runs. */
export class FakeAws {
  /** By call: an action of IAM or STS, a target of DynamoDB, or method and path of EKS. */
  readonly answers: Record<string, AwsAnswer> = {};
  /** The calls so far, each with who signed it, and for where: `KEY/DATE/REGION/SERVICE`. */
  readonly calls: { readonly call: string; readonly scope: string }[] = [];
  /** Milliseconds until it answers. */
  delay = 0;
  /** How many calls were under way at a time, at the most. */
  most = 0;
  #underWay = 0;
  readonly #server: Server;
  readonly #env = { ...process.env };

  constructor() {
    this.#server = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      const target = String(request.headers["x-amz-target"] ?? "").split(".")[1];
      const call = target ?? new URLSearchParams(body).get("Action") ?? `${request.method} ${request.url}`;
      const scope = /Credential=([^,]*)\/aws4_request/.exec(request.headers.authorization ?? "")?.[1] ?? "";
      this.calls.push({ call, scope });
      const answer = this.answers[call] ?? { status: 501, body: `no answer to ${call}` };
      this.most = Math.max(this.most, ++this.#underWay);
      if (answer === "never") return;
      if (this.delay > 0) await sleep(this.delay);
      this.#underWay--;
      if (answer.error) response.setHeader("x-amzn-errortype", answer.error);
      response.writeHead(answer.status ?? 200).end(answer.body);
    });
  }

  async start(): Promise<void> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
    const { port } = this.#server.address() as AddressInfo;
    for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
    const nowhere = { AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" };
    Object.assign(process.env, { ...nowhere, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` });
  }

  stop(): void {
    for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
    for (const [name, value] of Object.entries(this.#env)) if (name.startsWith("AWS_")) process.env[name] = value;
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** IAM's answer to an action. */
export const iamAnswer = (action: string, result: string): AwsAnswer => ({
  body: `<${action}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${action}Result>${result}</${action}Result></${action}Response>`,
});

/** An error of IAM. */
export const iamError = (status: number, code: string): AwsAnswer => ({
  status,
  body: `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>${code}</Code><Message>said so</Message></Error></ErrorResponse>`,
});

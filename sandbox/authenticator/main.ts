import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { review, type User } from "./tokenReview.ts";

const USAGE = `In place of EKS's authenticator: tells the API server whose a token is.
It reads AWS_ENDPOINT_URL and, in KRO_TOKEN_FILE, where kro's own token is.
  --port N               serve on 127.0.0.1:N: POST /authenticate takes a TokenReview, GET /healthz`;

/** Time between two looks at what kro is. Requests that wait for their turn at the API server see it later still. */
const INTERVAL_MS = 250;

const { values } = parseArgs({ options: { port: { type: "string" } } });
const endpoint = process.env.AWS_ENDPOINT_URL ?? "";
const tokenFile = process.env.KRO_TOKEN_FILE ?? "";
if (!values.port || !endpoint || !tokenFile) throw new Error(USAGE);

const kroToken = readFileSync(tokenFile, "utf8");
/** As EKS said last: the API server knows it, too, while EKS can't be asked. Undefined: not known yet. */
let kro: User | null | undefined;

async function ask<Answer>(path: string, body?: string): Promise<Answer> {
  const method = body === undefined ? "GET" : "POST";
  const response = await fetch(new URL(path, endpoint), { method, body, signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

async function userOf(token: string): Promise<User | null> {
  if (token !== kroToken) return token.startsWith("k8s-aws-v1.") ? ask("/_sandbox/user", token) : null;
  if (kro === undefined) throw new Error("it isn't known yet who kro is");
  return kro;
}

createServer(async (request, response) => {
  if (request.url === "/healthz") {
    response.writeHead(kro === undefined ? 503 : 200).end();
    return;
  }
  try {
    const text = Buffer.concat(await request.toArray()).toString();
    const answer = JSON.stringify(await review(text, userOf));
    response.writeHead(200, { "content-type": "application/json" }).end(answer);
  } catch (error) {
    // The API server says 401, and asks again at the next request.
    response.writeHead(503).end((error as Error).message);
  }
}).listen(Number(values.port), "127.0.0.1");

for (let said = ""; ; await sleep(INTERVAL_MS)) {
  let line: string;
  try {
    const given = await ask<Partial<User> | null>("/_sandbox/kro");
    kro = given && { username: given.username ?? "kro", groups: given.groups ?? [] };
    line = kro ? `kro is ${kro.username} ${kro.groups.join(" ")}` : "kro has no access entry";
  } catch (error) {
    line = (error as Error).message;
  }
  if (line !== said) console.log(`${new Date().toISOString()} ${line}`);
  said = line;
}

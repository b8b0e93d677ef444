import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { stopped } from "../command.ts";
import { hostOf, locate } from "./mirror.ts";

/** Something that can't be had: a file, or anything of its host. */
export class NotHad extends Error {
  readonly what: "file" | "host";
  readonly url: string;
  constructor(what: "file" | "host", url: string, why: string) {
    super(`${what === "host" ? hostOf(url) : locate(url)}: ${why}`);
    this.what = what;
    this.url = url;
  }
}

/**
 * The text of a small file. Throws NotHad.
 * @param patience - seconds without a byte after which a connection is ended
 */
export function getText(url: string, patience: number): Promise<string> {
  return twice(url, patience, async (body) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return Buffer.concat(chunks).toString("utf8");
  });
}

/**
 * Writes a file to `target`, not executable, and returns its hash as hexadecimal digits. Throws NotHad.
 * @param patience - seconds without a byte after which a connection is ended
 * @param detail - is told how much has come
 */
export function getFile(
  url: string,
  target: string,
  algorithm: "sha1" | "sha256",
  patience: number,
  detail: (text: string) => void,
): Promise<string> {
  return twice(url, patience, async (body, total) => {
    const hash = createHash(algorithm);
    let received = 0;
    const watched = async function* () {
      for await (const chunk of body) {
        hash.update(chunk);
        received += chunk.length;
        detail(`${megabytes(received)}${total ? ` of ${megabytes(total)}` : ""} MB`);
        yield chunk;
      }
    };
    await pipeline(watched, createWriteStream(target, { mode: 0o600 }));
    return hash.digest("hex");
  });
}

/** Why a request failed, for example "ECONNREFUSED". */
export function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
}

type Receive<T> = (body: AsyncIterable<Uint8Array>, total: number) => Promise<T>;

class Broken extends Error {}

/** A connection that breaks is tried once more, from the beginning of the file. */
async function twice<T>(url: string, patience: number, receive: Receive<T>): Promise<T> {
  try {
    return await once(url, patience, receive);
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
  }
  try {
    return await once(url, patience, receive);
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    throw new NotHad("file", url, `the connection broke twice (${error.message})`);
  }
}

async function once<T>(url: string, patience: number, receive: Receive<T>): Promise<T> {
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(), patience * 1000);
  let begun = false;
  const body = async function* (response: Response) {
    for await (const chunk of response.body ?? []) {
      timer.refresh();
      if (!begun && isPage(chunk)) throw new NotHad("host", url, "answers with a web page in place of a file");
      begun = true;
      yield chunk;
    }
  };
  try {
    // Not compressed on the way: what arrives must be the file, byte for byte.
    const headers = { "accept-encoding": "identity", "user-agent": "carts-stack-sandbox" };
    const response = await fetch(locate(url), { headers, signal: AbortSignal.any([stopped, stalled.signal]) });
    if (locate(url).startsWith("https:") && !response.url.startsWith("https:")) {
      throw new NotHad("host", url, `leads to ${response.url}, which isn't safe`);
    }
    if (!response.ok) throw new NotHad("file", url, `answers ${response.status} ${response.statusText}`);
    return await receive(body(response), Number(response.headers.get("content-length")));
  } catch (error) {
    stopped.throwIfAborted();
    if (error instanceof NotHad) throw error;
    const why = stalled.signal.aborted ? `no byte for ${patience} s` : reasonOf(error);
    if (!stalled.signal.aborted && !isOfTheNetwork(error)) throw error;
    throw begun ? new Broken(why) : new NotHad("host", url, why);
  } finally {
    clearTimeout(timer);
    stalled.abort();
  }
}

/** No file of a release begins like that; the page of a network that wants one to log in does. */
function isPage(chunk: Uint8Array): boolean {
  return /^\s*</.test(Buffer.from(chunk.subarray(0, 100)).toString("latin1"));
}

/** `fetch` throws such errors, with the reason as their cause; those of the disk have a code. */
function isOfTheNetwork(error: unknown): boolean {
  return error instanceof TypeError && error.cause !== undefined;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}

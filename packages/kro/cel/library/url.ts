import { EvaluationError } from "@marcbachmann/cel-js";
import { unsupported } from "../unsupported.ts";
import { CelObject } from "../values.ts";
import { memberOverload, type Overload, overload } from "./functions.ts";
import { toMap } from "./maps.ts";
import { checkUrl, formatUrl, type NetUrl, parseQuery, parseUrl, splitHostPort } from "./netUrl.ts";

const URL = "kubernetes.URL";

/** A URL of Kubernetes' CEL. */
export class CelUrl extends CelObject {
  readonly celType = URL;
  readonly url: NetUrl;

  constructor(url: NetUrl) {
    super();
    this.url = url;
  }

  equals(other: unknown): boolean | undefined {
    return other instanceof CelUrl ? formatUrl(this.url) === formatUrl(other.url) : undefined;
  }
}

/** @see https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-url-library */
export const URLS: readonly Overload[] = [
  overload(`url(string): ${URL}`, (text: string) => new CelUrl(parseUrl(toBytes(text)))),
  overload("isURL(string): bool", isUrl),
  memberOverload(`${URL}.getScheme(): string`, ({ url }: CelUrl) => url.scheme),
  memberOverload(`${URL}.getHost(): string`, ({ url }: CelUrl) => fromBytes(url.host)),
  memberOverload(`${URL}.getHostname(): string`, ({ url }: CelUrl) => fromBytes(splitHostPort(url.host)[0])),
  memberOverload(`${URL}.getPort(): string`, ({ url }: CelUrl) => splitHostPort(url.host)[1]),
  memberOverload(`${URL}.getEscapedPath(): string`, ({ url }: CelUrl) => url.path),
  memberOverload(`${URL}.getQuery(): map<string, list<string>>`, ({ url }: CelUrl) => {
    return toMap([...parseQuery(url.query)].map(([key, values]) => [fromBytes(key), values.map(fromBytes)]));
  }),
];

function isUrl(text: string): boolean {
  try {
    checkUrl(toBytes(text));
    return true;
  } catch (error) {
    if (error instanceof EvaluationError) return false;
    throw error;
  }
}

const toBytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

function fromBytes(bytes: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, "latin1"));
  } catch {
    throw unsupported("a URL with bytes that are no text");
  }
}

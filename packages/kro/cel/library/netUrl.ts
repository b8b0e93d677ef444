import { fail } from "../values.ts";
import { parseIPv6 } from "./netip.ts";

// Go's net/url: what is a URL, and its parts. A text here has a character for each byte of its UTF-8, as Go's have.

/** A part of a URL, whose characters may stand for themselves. */
type Part = "path" | "host" | "userinfo" | "query" | "fragment";

const UNESCAPED: Readonly<Record<Part, RegExp>> = {
  path: /[\w.~$&+,/:;=@-]/,
  host: /[\w.~!"$&'()*+,:;<=>[\]-]/,
  userinfo: /[\w.~$&+,;=-]/,
  query: /[\w.~-]/,
  fragment: /[\w.~!$&()*+,/:;=?@-]/,
};

/** A parsed URL. */
export interface NetUrl {
  readonly scheme: string;
  readonly opaque: string;
  readonly user: string | undefined;
  /** With the port. */
  readonly host: string;
  /** As it is to be written. */
  readonly path: string;
  readonly query: string;
  readonly hasEmptyQuery: boolean;
  readonly fragment: string;
  /** It has a scheme and a path, and no `//` between them. */
  readonly omitsHost: boolean;
}

/** @throws EvaluationError for what neither a request nor a reference may have as its URL */
export function parseUrl(bytes: string): NetUrl {
  checkUrl(bytes);
  const [front = "", fragment = ""] = cut(bytes, "#");
  return { ...parse(front, false), fragment: fragment && reescape(fragment, "fragment") };
}

/** @throws EvaluationError for what Go's ParseRequestURI refuses */
export function checkUrl(bytes: string): void {
  parse(bytes, true);
}

function parse(bytes: string, viaRequest: boolean): NetUrl {
  if ([...bytes].some((char) => char < " " || char === "\x7f")) fail("invalid control character in URL");
  if (bytes === "" && viaRequest) fail("empty url");
  const none = { scheme: "", opaque: "", user: undefined, host: "", path: "", query: "", fragment: "" };
  if (bytes === "*") return { ...none, path: "*", hasEmptyQuery: false, omitsHost: false };
  if (bytes.startsWith(":")) fail("missing protocol scheme");
  const [, prefix = "", afterScheme = bytes] = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s.exec(bytes) ?? [];
  const scheme = prefix.toLowerCase();
  const [rest = "", query = ""] = cut(afterScheme, "?");
  const hasEmptyQuery = query === "" && bytes.endsWith("?");
  const known = { ...none, scheme, query, hasEmptyQuery };

  if (!rest.startsWith("/")) {
    if (scheme) return { ...known, opaque: rest, omitsHost: false };
    if (viaRequest) fail("invalid URI for request");
    if (cut(rest, "/")[0]?.includes(":")) fail("first path segment in URL cannot contain colon");
  }
  const hasAuthority = rest.startsWith("//") && (scheme !== "" || (!viaRequest && !rest.startsWith("///")));
  if (!hasAuthority) {
    return { ...known, path: reescape(rest, "path"), omitsHost: scheme !== "" && rest.startsWith("/") };
  }
  const [, authority = "", path = ""] = /^\/\/([^/]*)(.*)$/s.exec(rest) ?? [];
  const at = authority.lastIndexOf("@");
  const host = parseHost(scheme, authority.slice(at + 1));
  const user = at < 0 ? undefined : parseUserinfo(authority.slice(0, at));
  return { ...known, user, host, path: reescape(path, "path"), omitsHost: false };
}

/** As it is to be written. */
function parseUserinfo(text: string): string {
  if (!/^[\w.:~!$&'()*+,;=%@-]*$/.test(text)) fail("invalid userinfo");
  const [name = "", password] = cut(text, ":");
  const write = (part: string) => encoded(decoded(part, "userinfo"), "userinfo");
  return password === undefined ? write(name) : `${write(name)}:${write(password)}`;
}

function parseHost(scheme: string, host: string): string {
  const open = host.lastIndexOf("[");
  if (open > 0) fail("invalid IP-literal");
  if (open === 0) {
    const close = host.lastIndexOf("]");
    if (close < 0) fail("missing ']' in host");
    return `[${parseLiteral(host.slice(1, close))}]${checkPort(host.slice(close + 1))}`;
  }
  const first = host.indexOf(":");
  const last = host.lastIndexOf(":");
  if (first >= 0) checkPort(host.slice(/^https?$/.test(scheme) ? first : last));
  return decoded(host, "host");
}

function parseLiteral(text: string): string {
  const zone = text.indexOf("%25");
  const address = decoded(zone < 0 ? text : text.slice(0, zone), "host");
  const unescaped = zone < 0 ? address : address + decoded(text.slice(zone), "host", true);
  const [ip = "", name] = cut(unescaped, "%");
  return name !== "" && parseIPv6(ip) ? unescaped : fail("invalid host");
}

function checkPort(text: string): string {
  return /^(?::\d*)?$/.test(text) ? text : fail(`invalid port ${JSON.stringify(text)} after host`);
}

/** Host without brackets, and port. */
export function splitHostPort(hostPort: string): [host: string, port: string] {
  const [, host = hostPort, port = ""] = /^(.*):(\d*)$/s.exec(hostPort) ?? [];
  return [/^\[.*\]$/s.test(host) ? host.slice(1, -1) : host, port];
}

/** What a query asks, by key. What is malformed in it is left out. */
export function parseQuery(query: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  const pairs = query.split("&");
  if (pairs.length > MAX_PARAMETERS) return values;
  for (const pair of pairs) {
    if (pair === "" || pair.includes(";") || INVALID_ESCAPE.test(pair)) continue;
    const [key = "", value = ""] = cut(pair, "=").map((part) => decoded(part.replaceAll("+", " "), "query"));
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return values;
}

const MAX_PARAMETERS = 10_000;
const INVALID_ESCAPE = /%(?![\da-fA-F]{2})/;

/** A URL as Go writes it. */
export function formatUrl({ scheme, opaque, user, host, path, query, fragment, ...url }: NetUrl): string {
  let result = scheme && `${scheme}:`;
  if (opaque) result += opaque;
  else {
    const hasAuthority = host !== "" || user !== undefined;
    if (hasAuthority || (scheme !== "" && !url.omitsHost && path !== "")) result += "//";
    if (user !== undefined) result += `${user}@`;
    result += encoded(host, "host");
    if (path !== "" && !path.startsWith("/") && host !== "") result += "/";
    if (result === "" && cut(path, "/")[0]?.includes(":")) result += "./";
    result += path;
  }
  if (query !== "" || url.hasEmptyQuery) result += `?${query}`;
  return fragment ? `${result}#${fragment}` : result;
}

/** A path or a fragment as Go writes it: as it was, unless a character in it has to be escaped. */
function reescape(text: string, part: "path" | "fragment"): string {
  const value = decoded(text, part);
  if (text === encoded(value, part)) return text;
  const isValid = [...text].every((char) => /[!$&'()*+,;=:@[\]%]/.test(char) || UNESCAPED[part].test(char));
  return isValid ? text : value === "*" && part === "path" ? "*" : encoded(value, part);
}

function encoded(text: string, part: Part): string {
  return [...text]
    .map((char) => {
      if (UNESCAPED[part].test(char)) return char;
      return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
}

function decoded(text: string, part: Part, isZone = false): string {
  if (INVALID_ESCAPE.test(text)) fail("invalid URL escape");
  if (part === "host" && [...text.replace(/%../g, "")].some((char) => char < "\x80" && !UNESCAPED.host.test(char))) {
    fail("invalid character in host name");
  }
  return text.replace(/%(..)/g, (escaped, hex: string) => {
    const char = String.fromCharCode(Number.parseInt(hex, 16));
    // In a host only bytes beyond ASCII may be escaped; in a zone, what may stand there unescaped, and spaces.
    const isAllowed = isZone ? char === " " || UNESCAPED.host.test(char) : char >= "\x80";
    if (part === "host" && escaped !== "%25" && !isAllowed) fail(`invalid URL escape ${JSON.stringify(escaped)}`);
    return char;
  });
}

/** A text in front of the first separator and behind it; the text alone where there is none. */
function cut(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

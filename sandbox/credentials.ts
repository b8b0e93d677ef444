import { createPublicKey, generateKeyPairSync, randomBytes, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { paths } from "./paths.ts";

// The API server makes its own serving certificate, and its users come with tokens: no certificate authority to run.
const groups: Record<string, string> = {
  admin: "system:masters",
  "system:kube-controller-manager": "",
  "system:kube-scheduler": "",
  kwok: "system:masters",
  kro: "",
  ack: "system:masters",
  "pod-identity": "system:masters",
  containers: "system:masters",
};

/** Whose token is known to the authenticator alone: who it is depends on EKS. */
const byAuthenticator = "kro";

/** Files with keys and tokens; all but the certificate are made by `writeCredentials`. */
export const credentials = {
  /** Made by the API server at its first start; the certificate is followed by its authority's. */
  certificate: join(paths.pki, "apiserver.crt"),
  certificateKey: join(paths.pki, "apiserver.key"),
  tokens: join(paths.pki, "tokens.csv"),
  kroToken: join(paths.pki, "kro.token"),
  authenticator: join(paths.pki, "authenticator.kubeconfig"),
  serviceAccountKey: join(paths.pki, "service-account.key"),
  serviceAccountPublicKey: join(paths.pki, "service-account.pub"),
};

/** The kubeconfig of one of the cluster's users, such as `system:kube-scheduler`; `admin` is the person. */
export function kubeconfigOf(user: string): string {
  return user === "admin" ? paths.kubeconfig : join(paths.pki, `${user.replace("system:", "")}.kubeconfig`);
}

/** Makes what is missing, and writes the kubeconfigs for an API server on that port of 127.0.0.1, and its authenticator's. */
export function writeCredentials(port: number, authenticatorPort: number): void {
  mkdirSync(paths.pki, { recursive: true, mode: 0o700 });
  if (existsSync(credentials.certificate) && expiresSoon(credentials.certificate)) {
    for (const file of [credentials.certificate, credentials.certificateKey]) rmSync(file, { force: true });
  }
  if (!existsSync(credentials.serviceAccountKey)) writeServiceAccountKeys();
  const tokens = readTokens();
  for (const user of Object.keys(groups)) tokens[user] ??= randomBytes(24).toString("hex");
  const lines = Object.entries(tokens)
    .filter(([user]) => user !== byAuthenticator)
    .map(([user, token]) => `${token},${user},${user},"${groups[user] ?? ""}"`);
  writeFileSync(credentials.kroToken, tokens[byAuthenticator] ?? "", { mode: 0o600 });
  writeFileSync(credentials.authenticator, authenticator(authenticatorPort));
  writeFileSync(credentials.tokens, `${lines.join("\n")}\n`, { mode: 0o600 });
  for (const user of Object.keys(groups)) {
    writeFileSync(kubeconfigOf(user), kubeconfig(user, tokens[user] ?? "", port), { mode: 0o600 });
  }
}

/** The public key of the tokens that the API server gives to pods, as a JSON Web Key. */
export function serviceAccountKey(): string {
  return JSON.stringify(createPublicKey(readFileSync(credentials.serviceAccountPublicKey)).export({ format: "jwk" }));
}

function expiresSoon(certificate: string): boolean {
  const { validTo } = new X509Certificate(readFileSync(certificate));
  return Date.parse(validTo) - Date.now() < 30 * 24 * 3600_000;
}

function writeServiceAccountKeys(): void {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(credentials.serviceAccountPublicKey, publicKey.export({ type: "spki", format: "pem" }));
  writeFileSync(credentials.serviceAccountKey, privateKey.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 });
}

function readTokens(): Record<string, string> {
  if (!existsSync(credentials.tokens)) return {};
  const lines = readFileSync(credentials.tokens, "utf8").trim().split("\n");
  const tokens = Object.fromEntries(lines.map((line) => line.split(",")).map(([token, user]) => [user, token]));
  if (existsSync(credentials.kroToken)) tokens[byAuthenticator] = readFileSync(credentials.kroToken, "utf8");
  return tokens;
}

/** What the API server's webhook reads. https://kubernetes.io/docs/reference/access-authn-authz/authentication/#webhook-token-authentication */
function authenticator(port: number): string {
  const name = "authenticator";
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: `http://127.0.0.1:${port}/authenticate` } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}

function kubeconfig(user: string, token: string, port: number): string {
  const name = "carts-sandbox";
  const cluster = { server: `https://127.0.0.1:${port}`, "certificate-authority": credentials.certificate };
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name, context: { cluster: name, user } }],
    "current-context": name,
  });
}

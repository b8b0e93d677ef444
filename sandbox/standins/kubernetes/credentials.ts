import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import type { ClusterAccess } from "./clusterAccess.ts";
import { pem } from "./clusterAccess.ts";
import type { ExecConfig } from "./kubeconfig.ts";

/** What a request is sent with to say who asks. */
export interface Credentials {
  readonly authorization?: string;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

interface ExecStatus {
  readonly expirationTimestamp?: string;
  readonly token?: string;
  readonly clientCertificateData?: string;
  readonly clientKeyData?: string;
}

/** The user's credentials, read from the kubeconfig or asked from its command, and asked again once expired. */
export class CredentialSource {
  readonly #access: ClusterAccess;
  #asked: Promise<ExecStatus> | undefined;

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  /** Whether new credentials could be had after the API server refused the ones at hand. */
  get renewable(): boolean {
    return this.#access.user.exec !== undefined;
  }

  /** Forgets the credentials at hand. */
  renew(): void {
    this.#asked = undefined;
  }

  async get(): Promise<Credentials> {
    const { user } = this.#access;
    const cert = pem(user["client-certificate-data"], user["client-certificate"]);
    const key = pem(user["client-key-data"], user["client-key"]);
    if (user.token) return { authorization: `Bearer ${user.token}`, cert, key };
    if (user.tokenFile) return { authorization: `Bearer ${readFileSync(user.tokenFile, "utf8").trim()}`, cert, key };
    if (user.username) {
      const basic = Buffer.from(`${user.username}:${user.password ?? ""}`).toString("base64");
      return { authorization: `Basic ${basic}`, cert, key };
    }
    if (!user.exec) return { cert, key };
    const status = await this.#execStatus(user.exec);
    return {
      authorization: status.token && `Bearer ${status.token}`,
      cert: status.clientCertificateData ? Buffer.from(status.clientCertificateData) : cert,
      key: status.clientKeyData ? Buffer.from(status.clientKeyData) : key,
    };
  }

  async #execStatus(exec: ExecConfig): Promise<ExecStatus> {
    const known = await this.#asked?.catch(() => undefined);
    const expires = known?.expirationTimestamp;
    if (known && (!expires || Date.parse(expires) > Date.now())) return known;
    this.#asked = run(exec, this.#access);
    return this.#asked;
  }
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins */
async function run(exec: ExecConfig, { cluster, server }: ClusterAccess): Promise<ExecStatus> {
  const apiVersion = exec.apiVersion ?? "client.authentication.k8s.io/v1beta1";
  const info = {
    kind: "ExecCredential",
    apiVersion,
    spec: {
      interactive: false,
      ...(exec.provideClusterInfo && {
        cluster: { server, "certificate-authority-data": cluster["certificate-authority-data"] },
      }),
    },
  };
  const env = { ...process.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  for (const { name, value } of exec.env ?? []) Object.assign(env, { [name]: value });
  const stdout = await new Promise<string>((resolve, reject) => {
    execFile(exec.command, [...(exec.args ?? [])], { env, encoding: "utf8" }, (error, output, errors) => {
      if (!error) return resolve(output);
      const problem = error.code === "ENOENT" ? "not found" : `failed with exit code ${error.code}`;
      const hint = error.code === "ENOENT" ? exec.installHint : errors.trim();
      reject(new Error(`getting credentials: exec: executable ${exec.command} ${problem}${hint ? `\n\n${hint}` : ""}`));
    });
  });
  const credential = JSON.parse(stdout) as { status?: ExecStatus };
  if (!credential.status) throw new Error("getting credentials: exec plugin didn't return a status field");
  return credential.status;
}

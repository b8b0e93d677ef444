/**
 * What IAM, EKS, DynamoDB, Kubernetes and the registries take, as each of them documents it: to hold the rules of the program
 * against, and so written apart from them.
 */

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html */
export const isClusterName = (text: string): boolean => /^[0-9A-Za-z][A-Za-z0-9\-_]*$/.test(text) && text.length <= 100;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const isRoleName = (text: string): boolean => /^[\w+=,.@-]{1,64}$/.test(text);

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html */
export const isTableName = (text: string): boolean => /^[a-zA-Z0-9_.-]{3,255}$/.test(text);

/** RFC 1123, as k8s.io/apimachinery's IsDNS1123Label and IsDNS1123Subdomain have it. */
export const isLabel = (text: string): boolean => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text) && text.length <= 63;
export const isSubdomain = (text: string): boolean =>
  text.length <= 253 && text.split(".").every((part) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(part));

/** IsEnvVarName of k8s.io/apimachinery. */
export const isVariable = (text: string): boolean =>
  /^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(text) && text !== "." && !text.startsWith("..");

/** What a process can be started with: well-formed text without NUL, 128 KiB with its name. */
export const isVariableValue = (name: string, text: string): boolean =>
  !text.includes("\0") && text.isWellFormed() && Buffer.byteLength(`${name}=${text}\0`) <= 131_072;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html; EKS keeps `aws:` for itself in both. */
export const isTag = (key: string, value: string): boolean =>
  /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(key) &&
  /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(value) &&
  ![key, value].some((text) => text.toLowerCase().startsWith("aws:"));

/** ParseNormalizedNamed of github.com/distribution/reference, of a name without a tag. */
export function isRepository(text: string): boolean {
  if (/^[a-f0-9]{64}$/.test(text)) return false;
  const slash = text.indexOf("/");
  const first = text.slice(0, slash);
  const hasHost = slash >= 0 && (/[.:]/.test(first) || first === "localhost" || first.toLowerCase() !== first);
  const [host, rest] = hasHost ? [first, text.slice(slash + 1)] : ["docker.io", text];
  const path = host === "docker.io" && !rest.includes("/") ? `library/${rest}` : rest;
  const [, name = "", port] = /^([^:]*)(?::(\d+))?$/.exec(host) ?? [];
  const isHost = name.split(".").every((part) => /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/.test(part));
  const isPort = port === undefined || (Number(port) >= 1 && Number(port) <= 65535);
  const isPath = path.split("/").every((part) => /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/.test(part));
  return isHost && isPort && isPath && `${host}/${path}`.length <= 255 + "docker.io/".length;
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
export const isImageTag = (text: string): boolean => /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/.test(text);

const SUFFIXES: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/** About what a Kubernetes quantity comes to; NaN for what is none. */
export function quantity(text: string): number {
  const [, number, suffix] = /^[+-]?(\d+\.?\d*|\.\d+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+|)$/.exec(text) ?? [];
  if (number === undefined) return Number.NaN;
  return suffix && /^[eE]./.test(suffix) && !/i$/.test(suffix)
    ? Number(number + suffix)
    : Number(number) * SUFFIXES[suffix!]!;
}

/** Minor versions, as https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html has them: from 1.10 on, ever. */
export const isKubernetesVersion = (text: string): boolean => Number(/^1\.(\d{2})$/.exec(text)?.[1]) >= 10;

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_LogSetup.html */
export const areLogTypes = (logs: readonly string[]): boolean =>
  logs.every((log) => /^(api|audit|authenticator|controllerManager|scheduler)$/.test(log)) &&
  new Set(logs).size === logs.length;

/** https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-ARN */
export const isKeyArn = (text: string): boolean =>
  /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[a-zA-Z0-9-]+$/.test(text);

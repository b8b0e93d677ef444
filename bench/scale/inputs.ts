import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Manifests, manifests } from "../manifests.ts";

/** What the plain program declares. */
export interface BenchManifests extends Manifests {
  /** Trust policy of the pods' roles, as JSON. */
  readonly trust: string;
}

/** The versions of the image that an update goes to and fro between. */
export const IMAGE_VERSIONS = ["1.3.0", "1.2.4"] as const;

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
    },
  ],
});

const policy = (table: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
        Resource: table,
      },
      { Effect: "Allow", Action: ["dynamodb:Query"], Resource: `${table}/index/*` },
    ],
  });

const small = { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "1Gi" } };

/**
 * Writes what the steps by hand take: `definition.json`, `trust.json`, for each instance `policy-<i>.json`, and the instances with
 * each version of the image, `instances-<version>.json`. They are as the CartsStacks of the program carts are.
 */
export function writeInputs(folder: string, clusterName: string, count: number): void {
  const { definition, instance } = manifests(clusterName, "");
  const numbers = Array.from({ length: count }, (_, i) => i);
  const instances = (imageVersion: string) => ({
    ...{ apiVersion: "v1", kind: "List" },
    items: numbers.map((i) => {
      const name = `bench-${i}`;
      const own = { namespace: name, tableName: `${clusterName}-carts-${name}`, imageVersion, resources: small };
      return { ...instance, metadata: { ...instance.metadata, name }, spec: { ...instance.spec, ...own } };
    }),
  });
  const arn = (i: number) => `arn:aws:dynamodb:us-west-2:000000000000:table/${clusterName}-carts-bench-${i}`;
  mkdirSync(folder, { recursive: true });
  const files: Record<string, string> = {
    "definition.json": JSON.stringify(definition),
    "trust.json": trust,
    ...Object.fromEntries(
      IMAGE_VERSIONS.map((version) => [`instances-${version}.json`, JSON.stringify(instances(version))]),
    ),
    ...Object.fromEntries(numbers.map((i) => [`policy-${i}.json`, policy(arn(i))])),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

/**
 * Writes what the plain program declares. kro leaves its instances alone, and nobody waits for them: they are there, and that is all
 * that a preview needs of them.
 *
 * @param isBeside - whether the API is in the cluster already: then it is that of the instances, and the RGD has another name and
 *   kind, and isn't waited for either.
 */
export function writePlainInputs(file: string, clusterName: string, { isBeside = false } = {}): void {
  const { instance, ...own } = manifests(clusterName, "");
  const { definition } = isBeside ? manifests(clusterName, "Plain") : own;
  const notAwaited = { "pulumi.com/skipAwait": "true" };
  const annotations = { ...notAwaited, "kro.run/reconcile": "suspended" };
  if (isBeside) definition.metadata.annotations = notAwaited;
  const metadata = { ...instance.metadata, annotations };
  const spec = { ...instance.spec, resources: small };
  writeFileSync(
    file,
    JSON.stringify({ definition, instance: { ...instance, metadata, spec }, trust } satisfies BenchManifests),
  );
}

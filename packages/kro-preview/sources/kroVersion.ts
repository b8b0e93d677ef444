import type { ClusterClient, LiveObject } from "../../live/index.ts";
import { FOLLOWED } from "../followed.ts";
import type { KroVersion } from "./cluster.ts";

/** The Deployments of kro's chart or manifests. */
export const kroDeployments = (client: Pick<ClusterClient, "list">): Promise<readonly LiveObject[]> =>
  client.list({ apiVersion: "apps/v1", kind: "Deployment" }, { "app.kubernetes.io/name": "kro" });

/**
 * Which kro a cluster has: by the Deployment of kro's chart or manifests, else, as with an EKS Capability, which runs
 * kro elsewhere, by what kro wrote on the latest revision of an RGD.
 *
 * @returns undefined where neither tells.
 * @throws Error that says why the cluster could not be asked.
 * @see https://github.com/kubernetes-sigs/kro/blob/v0.9.4/helm/templates/_helpers.tpl
 */
export async function kroVersion(client: Pick<ClusterClient, "list">): Promise<KroVersion | undefined> {
  for (const { metadata, spec } of await kroDeployments(client)) {
    const version = imageVersion(spec) ?? toVersion(metadata.labels?.["app.kubernetes.io/version"]);
    if (version) return { version, by: `by its Deployment ${metadata.namespace}/${metadata.name}` };
  }
  const revisions = await client.list({ apiVersion: "internal.kro.run/v1alpha1", kind: "GraphRevision" });
  const written = revisions.flatMap(({ metadata }) => {
    const version = toVersion(metadata.labels?.["kro.run/kro-version"]);
    return version ? [{ version, name: metadata.name, time: String(metadata.creationTimestamp ?? "") }] : [];
  });
  const latest = written.toSorted((a, b) => (a.time < b.time ? -1 : 1)).at(-1);
  return latest && { version: latest.version, by: `by the GraphRevision ${latest.name} that it wrote last` };
}

function imageVersion(spec: unknown): string | undefined {
  const { template } = (spec ?? {}) as { template?: { spec?: { containers?: readonly { image?: string }[] } } };
  const images = template?.spec?.containers?.map(({ image }) => image ?? "") ?? [];
  return images
    .map((image) => toVersion(/:([^:/@]+)(?:@|$)/.exec(image)?.[1]))
    .find((version) => version !== undefined);
}

/** `v0.9.4` and `0.9.4-dirty`; `0.0.0-dev` and `latest` are none. */
function toVersion(text: unknown): string | undefined {
  const [, version] = /^v?(\d+\.\d+\.\d+(?:-rc\.\d+)?)/.exec(String(text)) ?? [];
  return version === "0.0.0" ? undefined : version;
}

/** The sentence about it, for a report. */
export async function kroVersionNote(title: string, ask: () => Promise<KroVersion | undefined>): Promise<string> {
  const followed = `a preview follows kro ${FOLLOWED}`;
  try {
    const found = await ask();
    return found
      ? `kro in ${title} is ${found.version}, ${found.by}; ${followed}.`
      : `Which kro ${title} has is not known; ${followed}.`;
  } catch (error) {
    return `Which kro ${title} has is not known, as ${(error as Error).message}; ${followed}.`;
  }
}

/** A Pod Identity association, as far as a pod is concerned. */
export interface Association {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly associationId: string;
}

/** What the sandbox's EKS knows of the associations of all its clusters: each has the sandbox's API server. */
export interface Associations {
  /** Grows with each change. */
  readonly revision: number;
  readonly region: string;
  /** Those that EKS's API tells of. */
  readonly known: readonly Association[];
  /** Those that count for pods: a change takes its time until then. */
  readonly inEffect: readonly Association[];
}

/**
 * Asks the sandbox's AWS endpoint, past everything that a rule file may have it refuse.
 * @param written - the revision that pods are admitted by, for the endpoint to know
 */
export async function eksAssociations(endpoint: string, written?: number): Promise<Associations> {
  const url = new URL("/_sandbox/associations", endpoint);
  if (written !== undefined) url.searchParams.set("written", String(written));
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`GET ${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Associations;
}

/** A Helm chart as it is installed: the one place with its version. */
export interface Chart {
  /** Of the release, and of what it makes. */
  readonly name: string;
  readonly namespace: string;
  readonly version: string;
}

/** The official charts by the argument that names another place. Their addresses are in components/rules/clusterOptions.ts. */
export const CHART = {
  /** @see https://kro.run/docs/getting-started/Installation */
  kro: { name: "kro", namespace: "kro-system", version: "0.9.4" },
  /** @see https://aws-controllers-k8s.github.io/community/docs/user-docs/install/ */
  ack: { name: "ack-dynamodb-controller", namespace: "ack-system", version: "1.9.2" },
} as const satisfies Readonly<Record<string, Chart>>;

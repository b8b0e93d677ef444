/** In this annotation kubectl keeps what it applied, whole. */
export const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Annotations without that one; undefined where none is left. */
export function withoutApplied(annotations: object): object | undefined {
  const { [LAST_APPLIED]: _, ...others } = annotations as Readonly<Record<string, unknown>>;
  return Object.keys(others).length > 0 ? others : undefined;
}

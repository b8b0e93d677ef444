/** A field that an object's update does not set, because it is another manager's. */
export interface FieldConflict {
  readonly manager: string;
  /** As `spec.replicas`, or `spec.ports[name=http].port`. */
  readonly path: string;
}

const CONFLICTS =
  /conflicts? with "((?:[^"\\]|\\.)*)"(?: with subresource "[^"]*")?(?: using [^\s:]+)?(?: at \S+)?:\s*((?:- \.[^\n]*\n?\s*)+|\.[^\n]*)/g;

/**
 * The conflicts that the API server names in its answer to a server-side apply, however much stands around it; none for
 * any other error.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go
 */
export const conflictsIn = (message: string): FieldConflict[] =>
  [...message.matchAll(CONFLICTS)].flatMap(([, manager, paths]) =>
    paths!
      .split("\n")
      .map((line) => line.trim().replace(/^- /, ""))
      .filter((line) => line.startsWith("."))
      .map((path) => ({ manager: manager!, path: path.slice(1).replace(/\[(\w+)="([^"]*)"\]/g, "[$1=$2]") })),
  );

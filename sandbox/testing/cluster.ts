import type { Finished } from "./commands.ts";

/** A value of parsed JSON whose shape the test knows. */
export type Json = { [key: string]: Json } & Json[] & string;

/** A request to write that the API server answered with success, from its audit log. */
export interface Write {
  readonly verb: string;
  /** Plural, such as `configmaps`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly user: string;
  /** Received and answered; microseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** A line of the API server's audit log. */
export interface AuditEntry {
  readonly stage: string;
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly userAgent?: string;
  readonly objectRef?: {
    readonly resource: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly subresource?: string;
  };
  readonly responseStatus?: { readonly code: number };
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
}

/** Runs commands on a sandbox, and has its audit log. */
interface Runner {
  run(command: string, args: readonly string[]): Promise<Finished>;
  /** Throws unless the command succeeds. */
  succeed(command: string, args: readonly string[], options?: { readonly input?: string }): Promise<Finished>;
  audit<Entry>(from: number): Entry[];
}

/** A sandbox's cluster, as kubectl and the audit log show it. Its functions can be taken from it one by one. */
export class Cluster {
  readonly #sandbox: Runner;

  constructor(sandbox: Runner) {
    this.#sandbox = sandbox;
  }

  /** What kubectl prints; throws with all of its output when it fails. */
  readonly kubectl = async (...args: string[]): Promise<string> =>
    (await this.#sandbox.succeed("kubectl", args)).stdout;

  /** Applies objects as a user does. `flags` are those of `kubectl apply`. */
  readonly apply = async (objects: object | readonly object[], ...flags: string[]): Promise<void> => {
    await this.#sandbox.succeed("kubectl", ["apply", ...flags, "-f", "-"], { input: documents(objects) });
  };

  /** Deletes objects, and waits until they are gone. */
  readonly remove = async (objects: object | readonly object[]): Promise<void> => {
    await this.#sandbox.succeed("kubectl", ["delete", "-f", "-", "--timeout=60s"], { input: documents(objects) });
  };

  /** What the API server says of objects, or undefined when there are none of that name. */
  readonly get = async <Found = Json>(...args: string[]): Promise<Found | undefined> => {
    const { code, stdout, output } = await this.#sandbox.run("kubectl", ["get", ...args, "-o", "json"]);
    if (code === 0) return JSON.parse(stdout);
    if (/NotFound|doesn't have a resource type|not found/.test(output)) return undefined;
    throw new Error(`kubectl get ${args.join(" ")}: ${output}`);
  };

  /** Whether the API server has an object. */
  readonly isThere = async (...args: string[]): Promise<boolean> => (await this.get(...args)) !== undefined;

  /** Changes an object: a merge patch, or a JSON patch when it is a list. `where` is of kubectl's, such as `-n`, `carts`. */
  readonly patch = (kind: string, name: string, change: object, ...where: string[]): Promise<string> => {
    const type = Array.isArray(change) ? "json" : "merge";
    return this.kubectl("patch", kind, name, ...where, `--type=${type}`, "-p", JSON.stringify(change));
  };

  /** Says of an object what its controller would say. */
  readonly patchStatus = (kind: string, name: string, status: object, ...where: string[]): Promise<string> =>
    this.patch(kind, name, { status }, ...where, "--subresource=status");

  /**
   * What was written to the cluster, in the order in which the API server received it. Subresources are left out.
   *
   * @param from - a place in the audit log.
   */
  readonly writes = (from: number): Write[] =>
    this.#sandbox
      .audit<AuditEntry>(from)
      .flatMap(({ verb, user, objectRef, responseStatus, requestReceivedTimestamp, stageTimestamp }) => {
        if (!objectRef || objectRef.subresource || (responseStatus?.code ?? 0) >= 300) return [];
        const { resource, namespace = "", name = "" } = objectRef;
        const [from, to] = [requestReceivedTimestamp, stageTimestamp].map(microseconds) as [number, number];
        return [{ verb, resource, namespace, name, user: user.username, from, to }];
      })
      .sort((a, b) => a.from - b.from);
}

/** Not as a List: kubectl itself would ask for fields in it that have a default. */
const documents = (objects: object | readonly object[]): string =>
  [objects]
    .flat()
    .map((object) => JSON.stringify(object))
    .join("\n---\n");

/** Date.parse knows milliseconds only. */
const microseconds = (time: string): number =>
  Date.parse(time) * 1000 + Number(/\.\d{3}(\d{3})Z$/.exec(time)?.[1] ?? 0);

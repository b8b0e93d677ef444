import type { KubernetesObject } from "../../kro/index.ts";
import type { Look } from "./look.ts";
import type { PodLook } from "./pods.ts";

/** How a rule's findings count: `error` fails a command with `--fail-on-finding`, `warn` is shown. */
export type Severity = "warn" | "error";

/** A switch of a rule. */
export type Setting = Severity | "off";

/** A level of the Pod Security Standards. `restricted` holds all that `baseline` does. */
export type PodSecurityLevel = "baseline" | "restricted";

/** What a rule says of one place of an object. */
export interface Fault {
  /** A sentence without a full stop. It never has a value that may be a credential. */
  readonly message: string;
  /** Field of the object: `spec.template.spec.containers[name=carts].image`. */
  readonly path: string;
}

/** An object that kro makes, as rules look at it. */
export interface Child {
  readonly object: KubernetesObject;
  readonly look: Look;
  /** The pods that it is or makes; undefined for a kind without. */
  readonly pod: PodLook | undefined;
}

/** What is demanded of every object that kro makes. */
export interface PolicyRule {
  /** As `--rule` takes it: lowercase words with hyphens. */
  readonly id: string;
  /** What the rule demands, as the table in docs/policy.md has it. */
  readonly meaning: string;
  readonly default: Setting;
  /** The page that says so. */
  readonly source: string;
  /** Of a rule of the Pod Security Standards, the levels that it belongs to. */
  readonly levels?: readonly PodSecurityLevel[];
  readonly check: (child: Child, demands: Demands) => readonly Fault[];
}

/** What an organisation asks for. */
export interface Demands {
  /** Labels that every child must have. */
  readonly labels: readonly string[];
}

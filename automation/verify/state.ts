import { UserError } from "../../packages/console/index.ts";
import type { Plan, PlannedChange } from "../../packages/kro-preview/index.ts";
import { type Inputs, toInputs } from "../../packages/kro-preview/index.ts";

/** A stack as its state has it: a plan in which nothing changes. */
export interface VerifiedStack {
  /** Secrets are Secret. */
  readonly masked: Plan;
  /** With the text of every secret: for comparing, never for showing. */
  readonly plain: Plan;
  readonly resources: readonly StateResource[];
  /** What an update that was interrupted has left, such as `creating urn:pulumi:...`. */
  readonly pending: readonly string[];
}

/** A resource in a state that Pulumi manages. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  /** URN of its provider. Undefined for a provider. */
  readonly provider: string | undefined;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** `deployment` of `pulumi stack export --show-secrets`, as far as we read it. */
export interface Deployment {
  readonly resources?: readonly ExportedResource[];
  readonly pending_operations?: readonly { readonly type: string; readonly resource: { readonly urn: string } }[];
}

interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly custom?: boolean;
  /** Only read, never managed. */
  readonly external?: boolean;
  /** Replaced, and not deleted yet. */
  readonly delete?: boolean;
  /** `<urn>::<id>` */
  readonly provider?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

/** @throws UserError for a stack without resources. */
export function toVerifiedStack(deployment: Deployment, project: string, stack: string): VerifiedStack {
  const managed = (deployment.resources ?? []).filter((one) => one.custom && !one.external && !one.delete);
  if (managed.length === 0) throw new UserError(`stack ${stack} has no resources: there is nothing to verify yet`);
  const plan = (read: (inputs: Readonly<Record<string, unknown>>) => Inputs): Plan => ({
    project,
    stack,
    changes: managed.map((resource) => unchanged(resource, read(withoutInternals(resource.inputs ?? {})))),
  });
  return {
    masked: plan((inputs) => toInputs(inputs, "after", [])),
    plain: plan((inputs) => reveal(inputs) as Inputs),
    resources: managed.map(({ urn, type, id = "", provider, inputs = {} }) => ({
      urn,
      type,
      id,
      provider: provider?.split("::").slice(0, -1).join("::"),
      inputs: reveal(withoutInternals(inputs)) as StateResource["inputs"],
    })),
    pending: (deployment.pending_operations ?? []).map(({ type, resource }) => `${type} ${resource.urn}`),
  };
}

function unchanged({ urn, type }: ExportedResource, inputs: Inputs): PlannedChange {
  const name = urn.split("::").slice(3).join("::");
  const both = { before: inputs, after: inputs };
  return { urn, type, name, action: "same", ...both, changed: [], retained: false, imported: false };
}

/** Pulumi's own notes beside a resource's inputs. */
const withoutInternals = (inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(inputs).filter(([key]) => !key.startsWith("__")));

/** Marks an object that stands for a secret, whose JSON is in `plaintext`. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

function reveal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reveal);
  if (value === null || typeof value !== "object") return value;
  const fields = value as Readonly<Record<string, unknown>>;
  if (typeof fields.plaintext === "string" && SIGNATURE in fields) return reveal(JSON.parse(fields.plaintext));
  return Object.fromEntries(Object.entries(fields).map(([key, item]) => [key, reveal(item)]));
}

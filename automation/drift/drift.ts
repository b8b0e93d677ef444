import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { interrupted, UserError } from "../../packages/console/index.ts";
import type { Drift } from "../../packages/kro-preview/index.ts";
import {
  explainLock,
  failureText,
  lockIn,
  nameOfUrn,
  quickDrift,
  readState,
  type SelectedStack,
  type StackChoice,
  selectStack,
} from "../stack/index.ts";
import { fieldDrifts } from "./fieldDrift.ts";

/** What is other than the last update left it. `carts drift --json` prints it; docs/pipelines.md describes it. */
export interface DriftReport {
  /** Of this format. */
  readonly version: 1;
  readonly project: string;
  readonly stack: string;
  readonly drifted: boolean;
  readonly resources: readonly Drift[];
}

/** Asks AWS and the cluster for every resource of the stack's own, and changes nothing: neither them, nor the stack's state. */
export async function driftOf(options: StackChoice, onOutput: (text: string) => void): Promise<DriftReport> {
  const selected = await selectStack(options);
  const managed = readState(selected.state, selected.project, selected.stack.name);
  // Who changed a field, the plugins do not tell.
  const [found, { strays }] = await Promise.all([refresh(selected, onOutput), quickDrift(managed, selected)]);
  const fields = new Map(
    strays.flatMap(({ drift }) => drift.fields.map((field) => [`${drift.urn} ${field.path}`, field])),
  );
  const seen = new Set(strays.map(({ drift }) => drift.urn));
  const resources = found.map((drift) => ({
    ...drift,
    ...(!seen.has(drift.urn) && { needsRefresh: true as const }),
    fields: drift.fields.map((field) => {
      const { manager, release } = fields.get(`${drift.urn} ${field.path}`) ?? {};
      return { ...field, ...(manager !== undefined && { manager }), ...(release !== undefined && { release }) };
    }),
  }));
  return {
    version: 1,
    project: selected.project,
    stack: selected.stack.name,
    drifted: resources.length > 0,
    resources,
  };
}

async function refresh(
  { stack, state, configFile }: SelectedStack,
  onOutput: (text: string) => void,
): Promise<Drift[]> {
  const { CommandError } = await import("@pulumi/pulumi/automation/index.js");
  const found = new Map<string, Drift>();
  const external = new Set(state.resources?.filter((resource) => resource.external).map(({ urn }) => urn));
  const onEvent = ({ resOutputsEvent }: EngineEvent): void => {
    if (!resOutputsEvent) return;
    const { urn, type, op } = resOutputsEvent.metadata;
    if (type.startsWith("pulumi:") || external.has(urn)) return;
    if (op === "delete") found.set(urn, { urn, type, name: nameOfUrn(urn), change: "deleted", fields: [] });
    const fields = op === "update" ? fieldDrifts(resOutputsEvent.metadata) : [];
    if (fields.length > 0) found.set(urn, { urn, type, name: nameOfUrn(urn), change: "changed", fields });
  };
  const operation = { onEvent, configFile, signal: interrupted, onOutput, onError: onOutput, suppressOutputs: true };
  await stack
    .previewRefresh({ ...operation, suppressProgress: true, showSecrets: false, color: "never" })
    .catch((error: unknown) => {
      const lock = lockIn(error instanceof Error ? error.message : "");
      if (lock) throw new UserError(explainLock(stack.name, lock));
      throw error instanceof CommandError ? new UserError(`Pulumi's refresh failed${failureText(error)}`) : error;
    });
  return [...found.values()].sort((a, b) => (a.urn < b.urn ? -1 : 1));
}

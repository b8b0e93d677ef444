import { IMMUTABLE_FIELDS } from "../apiserver/definition.ts";
import { ALLOW_BREAKING_CHANGES, compareApis } from "../graph/crd/compat.ts";
import type { Known } from "../graph/schema/kinds.ts";
import type { Definition } from "../objects.ts";
import type { Told } from "./validate.ts";

/** What the API server and kro say to a change of an RGD. */
export function changes(before: Definition, after: Definition, known: Known | undefined, tell: Told): void {
  const fixed = immutableChanges(before, after);
  for (const { path, problem } of fixed) tell("immutable", { node: "schema", path, problem });
  const { breaking, unseen } = compareApis(before, after, known);
  const { annotations } = after.metadata as { readonly annotations?: Readonly<Record<string, unknown>> };
  const isAllowed = annotations?.[ALLOW_BREAKING_CHANGES] === "true";
  for (const { path, problem } of breaking) {
    tell(isAllowed ? "allowed-breaking-change" : "breaking-change", { node: "schema", path, problem });
  }
  for (const { path, problem } of unseen) {
    const only = `${problem}: the CRD stays as it is until something in it changes that kro compares`;
    tell("change-not-applied", { node: "schema", path, problem: only });
  }
}

/** The fields of an RGD's schema that can't be changed, and are. */
export function immutableChanges(before: Definition, after: Definition): { path: string; problem: string }[] {
  return IMMUTABLE_FIELDS.flatMap((path) => {
    const [was, is] = [before, after].map(({ spec: { schema } }) => schema[path] ?? DEFAULTS[path]);
    return was === undefined || is === undefined || was === is
      ? []
      : [{ path, problem: `can't change from ${JSON.stringify(was)} to ${JSON.stringify(is)}` }];
  });
}

const DEFAULTS: Readonly<Record<string, string>> = { group: "kro.run", scope: "Namespaced" };

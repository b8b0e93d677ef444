import { admit } from "../apiserver/definition.ts";
import type { DefinitionError } from "../errors.ts";
import { build, kindsOf } from "../graph/builder.ts";
import type { Known } from "../graph/schema/kinds.ts";
import { isServedOnRequest } from "../graph/schema/resolver.ts";
import type { Definition } from "../objects.ts";
import { changes } from "./changes.ts";
import { FINDINGS, type Finding, type FindingId } from "./finding.ts";
import { laterVersions } from "./laterVersions.ts";
import { locate } from "./location.ts";
import { optionalLists } from "./optionalLists.ts";

/** Where something is found, and what. */
interface Found extends Pick<Finding, "node" | "path" | "problem" | "expression" | "remedy"> {
  /** Which of the nodes, from 0, where two may have the same id. */
  readonly resource?: number | undefined;
}

export type Told = (id: FindingId, found: Found) => void;

/** What an RGD is held against. */
export interface ValidateOptions {
  /** The RGD of the same name as it is in the cluster, for what is refused of a change. Default: none is. */
  readonly before?: Definition | undefined;
  /** Kinds that are not Kubernetes' own. Of any other, nothing is known, so that anything goes. Default: none. */
  readonly known?: Known | undefined;
  /** Another RGD that has the API of this one. Default: none has. */
  readonly owner?: Definition | undefined;
}

/**
 * The verdict of kro 0.9.4 and of the API server on an RGD: every fault and not only the first, and what is worth
 * knowing of one that is taken. There is no error exactly where buildGraph throws nothing, and the change is taken.
 *
 */
export function validate(definition: Definition, { before, known, owner }: ValidateOptions = {}): Finding[] {
  const findings: Finding[] = [];
  const tell: Told = (id, { node, path, problem, resource, expression, remedy = REMEDIES[id] }) => {
    const { severity, source } = FINDINGS[id];
    const at = locate(definition, { node, path, resource });
    const more = { ...(expression !== undefined && { expression }), ...(remedy !== undefined && { remedy }) };
    findings.push({ id, severity, node, path, problem, ...more, source, at });
  };
  const { schema } = build(definition, (fault) => tell(fault.check ?? "expression", fault), kindsOf(known));
  const isWhole = !findings.some(({ id }) => id === "rgd-schema");
  for (const fault of admit(definition).unknown) if (!isOfLater(fault)) tell("unknown-key", unknownKey(fault));
  if (!isWhole) return findings;
  if (owner) {
    const problem = `its API ${definition.spec.schema.kind} is that of the RGD ${owner.metadata.name}`;
    tell("taken-api", { node: "schema", path: "kind", problem });
  }
  if (before) changes(before, definition, known, tell);
  optionalLists(definition, schema, tell);
  laterVersions(definition, tell);
  for (const [resource, { id, template, externalRef }] of (definition.spec.resources ?? []).entries()) {
    const { apiVersion } = template ?? externalRef ?? {};
    if (typeof apiVersion !== "string" || !isServedOnRequest(apiVersion)) continue;
    const problem = `${apiVersion} is served only by an API server that was told to`;
    tell("unserved-version", { node: id, path: "apiVersion", resource, problem });
  }
  return findings;
}

const unknownKey = ({ node, path, resource }: DefinitionError): Found => {
  const key = path.split(".").at(-1)!;
  const problem = `RGDs have no ${key}: the API server drops it, or refuses a server-side apply of it`;
  return { node, path, resource, problem };
};

/** What kro's main branch has is said of it. */
const isOfLater = ({ resource, path }: DefinitionError): boolean =>
  resource !== undefined && (path === "deletionPolicy" || path === "externalFields");

const REMEDIES: Partial<Record<FindingId, string>> = {
  immutable: "give the other API an RGD of its own, and make its instances anew",
  "taken-api": "give it another kind or group, or remove one of the two",
  "breaking-change": `set the annotation kro.run/allow-breaking-changes: "true" on the RGD, if no instance needs what goes`,
  "change-not-applied": "change a description in the schema with it",
  "unterminated-expression": "close it, or write the text within an expression, in double quotes",
  "reserved-later": "choose another id",
  "unknown-key": "remove it, or mend its name",
  "deletion-policy": "remove it: ACK's resources have an annotation of their own, services.k8s.aws/deletion-policy",
  "external-fields": "leave the field out of the template: kro sets only what is there",
};

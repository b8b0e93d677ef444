import { type KubernetesObject, titleOf, type Value } from "../../../packages/kro/index.ts";
import type { FieldChange } from "../../../packages/kro-preview/index.ts";
import { type Answer, check } from "../check.ts";
import { differences, differenceText } from "../fields.ts";
import type { ObservedChild } from "../observation.ts";
import type { Check } from "../verification.ts";
import { addedRemedy } from "./remedies.ts";

/** Fields that have a check of their own. */
interface Aspect {
  readonly id: string;
  readonly what: string;
  readonly paths: RegExp;
  readonly expected: (object: KubernetesObject) => string;
}

/** Of each kind, the fields that people look for. The rest of them are one check. */
const ASPECTS: Readonly<Record<string, readonly Aspect[]>> = {
  ConfigMap: [
    {
      id: "config-data",
      what: "data",
      paths: /^(data|binaryData)\b/,
      expected: ({ data }) => Object.keys((data ?? {}) as object).join("\n"),
    },
  ],
  Service: [
    { id: "service-port", what: "type and ports", paths: /^spec\.(type|ports|clusterIP)\b/, expected: serviceText },
  ],
  Table: [
    {
      id: "table-retention",
      what: "what becomes of the table",
      paths: /^metadata\.annotations\["services\.k8s\.aws\//,
      expected: ({ metadata: { annotations } }) => retentionText(annotations),
    },
  ],
};

/**
 * Whether every declared field of a child is in the cluster as it is declared.
 *
 * @param remedy - what brings it back.
 */
export function declaredChecks({ declared, plain, live }: ObservedChild, remedy: string): Check[] {
  const object = titleOf(declared.object);
  const aspects = ASPECTS[declared.object.kind] ?? [];
  const rest: Aspect = {
    id: "declared-fields",
    what: aspects.length > 0 ? "the other fields" : "fields",
    paths: /(?:)/,
    expected: () => "as declared",
  };
  return [...aspects, rest].map((aspect) => {
    const { id, what, expected } = aspect;
    return check({ id, object, what, expected: expected(declared.object), remedy }, live, (seen) => {
      const found = differences(declared.object, plain.object, seen).filter(
        ({ path }) => (aspects.find(({ paths }) => paths.test(path)) ?? rest) === aspect,
      );
      const answer = fieldsAnswer(found, aspect === rest ? "as declared" : expected(seen));
      const added = found.every(({ after }) => after === undefined);
      return added ? { ...answer, remedy: addedRemedy(declared.object, found) } : answer;
    });
  });
}

/** How many differences are told; the others are counted. */
const MOST = 8;

/** @param same - what is found where nothing differs. */
export function fieldsAnswer(found: readonly FieldChange[], same: string): Answer {
  if (found.length === 0) return { ok: true, found: same };
  const lines = found.slice(0, MOST).map(differenceText);
  if (found.length > MOST) lines.push(`and ${found.length - MOST} more`);
  return { ok: false, found: lines.join("\n") };
}

function serviceText({ spec }: KubernetesObject): string {
  const { type = "ClusterIP", ports = [] } = (spec ?? {}) as {
    readonly type?: string;
    readonly ports?: readonly { readonly port: number; readonly protocol?: string }[];
  };
  return [type, ...ports.map(({ port, protocol = "TCP" }) => `${port}/${protocol}`)].join(" ");
}

/** `retain, adopt-or-create` */
const retentionText = (annotations: Value | undefined): string =>
  ["deletion-policy", "adoption-policy"]
    .map((name) => ((annotations ?? {}) as Readonly<Record<string, string>>)[`services.k8s.aws/${name}`])
    .filter((text) => text !== undefined)
    .join(", ") || "ACK's defaults";

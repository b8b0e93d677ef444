import type { Report } from "../../packages/kro-preview/index.ts";

/** What an instance loses by a changed RGD, or is stuck with. `table-retained` and pods that are replaced are neither. */
const HARM: ReadonlySet<string> = new Set([
  ...["table-replaced", "table-deleted", "aws-resource-replaced", "aws-resource-deleted"],
  ...["namespace-replaced", "immutable-field", "never-ready"],
]);

const isTable = ({ kind, apiVersion }: Report["children"][number]): boolean =>
  kind === "Table" && apiVersion.startsWith("dynamodb.services.k8s.aws/");

/** Instances of the RGD that nobody takes over, and that its change would harm: a sentence for each. */
export function bystanders({ children }: Report): string[] {
  const others = Map.groupBy(
    children.filter(({ otherStack }) => otherStack),
    ({ instance }) => instance,
  );
  return [...others].flatMap(([title, own]) => {
    const harm = own.flatMap(({ dangers }) =>
      dangers.flatMap(({ name, message }) => (HARM.has(name) ? [message] : [])),
    );
    if (harm.length === 0) return [];
    const [namespace, name] = title.split("/");
    const places = new Set(own.filter(isTable).map((table) => String(table.namespace)));
    const keep = [...places].map(
      (place) =>
        `kubectl annotate --overwrite table.dynamodb.services.k8s.aws -n ${place} --all services.k8s.aws/deletion-policy=retain && `,
    );
    return [
      `the instance ${title} is not this stack's, and the change of its ResourceGraphDefinition would harm it: ${harm.join("; ")}. ` +
        "Declare it in the program as well, or take it away first, which leaves its table, for a stack of its own to take up: " +
        `\`${keep.join("")}kubectl delete cartsstack ${name} -n ${namespace}\``,
    ];
  });
}

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What is written of a type in Go. */
type GoType = { readonly fields: readonly GoField[] } | { readonly alias: string };

interface GoField {
  /** In JSON; undefined for an embedded type, whose fields are the struct's own. */
  readonly json: string | undefined;
  readonly type: string;
  readonly omitEmpty: boolean;
}

/**
 * The fields of each model that are not written when they are empty: `omitempty` in Go, and no pointer. OpenAPI doesn't
 * tell of it.
 *
 * @param folder - `staging/src/k8s.io` of a Kubernetes checkout.
 * @returns by model, such as `core.v1.Container`: names of fields.
 */
export function fieldsLeftOut(folder: string): (model: string) => ReadonlySet<string> {
  const packages = new Map<string, ReadonlyMap<string, GoType>>();
  for (const path of ["apimachinery/pkg/apis/meta/v1", ...versionsIn(folder)]) {
    const name = path.split("/").slice(-2).join(".");
    packages.set(name, goTypes(join(folder, path)));
  }
  const find = (type: string, from: string): readonly [GoType, string] | undefined => {
    const [prefix, name] = type.includes(".") ? (type.split(".") as [string, string]) : [undefined, type];
    const home = prefix === undefined ? from : prefix === "metav1" ? "meta.v1" : "core.v1";
    const found = packages.get(home)?.get(name);
    return found && [found, home];
  };
  const isLeftOut = (type: string, from: string): boolean => {
    if (type.startsWith("[") || type.startsWith("map[") || GO_VALUES.test(type)) return true;
    const found = find(type, from);
    return found !== undefined && "alias" in found[0] && isLeftOut(found[0].alias, found[1]);
  };
  const fieldsOf = (type: string, from: string): string[] => {
    const found = find(type, from);
    if (!found || !("fields" in found[0])) return [];
    const [{ fields }, home] = found;
    return fields.flatMap(({ json, type: of, omitEmpty }) => {
      if (json === undefined) return fieldsOf(of, home);
      return omitEmpty && isLeftOut(of, home) ? [json] : [];
    });
  };
  return (model) => {
    const [group, version, name] = model.split(".") as [string, string, string];
    return new Set(fieldsOf(name, `${group}.${version}`));
  };
}

const GO_VALUES = /^(string|bool|byte|u?int(8|16|32|64)?|float(32|64))$/;

/** Folders of the versions of each API, such as `api/apps/v1`. */
const versionsIn = (folder: string): string[] =>
  readdirSync(join(folder, "api"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      readdirSync(join(folder, "api", name))
        .filter((version) => /^v\d+$/.test(version))
        .map((version) => `api/${name}/${version}`),
    );

function goTypes(folder: string): ReadonlyMap<string, GoType> {
  const files = readdirSync(folder).filter((file) => /^(types|topology_types|.*_types)\.go$|^types_.*\.go$/.test(file));
  const text = files.map((file) => readFileSync(join(folder, file), "utf8")).join("\n");
  const structs = [...text.matchAll(/^type (\w+) struct \{\n(.*?)^\}/gms)].map(
    ([, name, body]) => [name!, { fields: goFields(body!) }] as const,
  );
  const aliases = [...text.matchAll(/^\s*(?:type )?(\w+) ((?:\[\]|map\[\w+\])?[\w.]+)$/gm)].map(
    ([, name, alias]) => [name!, { alias: alias! }] as const,
  );
  return new Map<string, GoType>([...aliases, ...structs]);
}

const goFields = (body: string): GoField[] =>
  [...body.matchAll(/^\t(?:(\w+)\s+)?([[\]*\w.]+)\s+`[^`]*json:"([^",]*)([^"]*)"[^`]*`/gm)].map(
    ([, , type, json, options]) => ({
      json: options!.includes("inline") ? undefined : json!,
      type: type!,
      omitEmpty: options!.includes("omitempty"),
    }),
  );

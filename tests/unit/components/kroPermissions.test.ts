import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { API_VERSION, definition, KIND } from "../../../components/index.ts";

interface Role {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }[];
}
interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}
interface Node {
  readonly template?: Kind;
  readonly externalRef?: Kind;
}

const docs = (name: string): string => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");
const file = docs("kro-permissions.yaml");

/** `group/resource` as rules name it. */
const resourceOf = ({ apiVersion, kind }: Kind): string => {
  const [group, version] = apiVersion.split("/");
  return `${version === undefined ? "" : group}/${kind.toLowerCase()}s`;
};

describe("what kro may do", () => {
  it("is in the docs as in the file that is applied", () => {
    const [, shown] = /## What kro may do.*?```yaml\n(.*?)```/s.exec(docs("behaviour.md"))!;
    assert.equal(shown, file);
  });

  it("is what the RGD's nodes need, each kind by itself, and its instances", () => {
    const role = parse(file) as Role;
    assert.equal(role.metadata.labels["rbac.kro.run/aggregate-to-controller"], "true");
    const given = role.rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) => resources.map((resource) => [`${group}/${resource}`, verbs.toSorted().join()])),
    );
    const nodes = (definition as unknown as { resources: readonly Node[] }).resources;
    const needed = nodes.map(({ template, externalRef }) =>
      template
        ? [resourceOf(template), "create,delete,get,list,patch,watch"]
        : [resourceOf(externalRef!), "get,list,watch"],
    );
    const instances = resourceOf({ apiVersion: API_VERSION, kind: KIND });
    assert.deepEqual(
      given.toSorted(),
      [...needed, [instances, "get,list,patch,update,watch"], [`${instances}/status`, "get,patch,update"]].toSorted(),
    );
  });
});

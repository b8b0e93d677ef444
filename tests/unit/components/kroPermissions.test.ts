import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { definitionOf } from "../../../components/definition/cartsDefinition.ts";
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

  /** What a file gives, by kind. */
  function given(text: string): string[][] {
    const role = parse(text) as Role;
    assert.equal(role.metadata.labels["rbac.kro.run/aggregate-to-controller"], "true");
    return role.rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) => resources.map((resource) => [`${group}/${resource}`, verbs.toSorted().join()])),
    );
  }

  /** What the nodes of an RGD need. A kind that is made may be read as well. */
  function neededFor(spec: object): string[][] {
    const { resources: nodes } = spec as { readonly resources: readonly Node[] };
    const made = nodes.flatMap(({ template }) => (template ? [resourceOf(template)] : []));
    const read = nodes.flatMap(({ externalRef }) => (externalRef ? [resourceOf(externalRef)] : []));
    return [
      ...made.map((kind) => [kind, "create,delete,get,list,patch,watch"]),
      ...read.filter((kind) => !made.includes(kind)).map((kind) => [kind, "get,list,watch"]),
    ];
  }

  it("is what the RGD's nodes need, each kind by itself, and its instances", () => {
    const needed = neededFor(definition);
    const instances = resourceOf({ apiVersion: API_VERSION, kind: KIND });
    assert.deepEqual(
      given(file).toSorted(),
      [...needed, [instances, "get,list,patch,update,watch"], [`${instances}/status`, "get,patch,update"]].toSorted(),
    );
  });
  it("is more where ACK makes identities, as another file says", () => {
    const all = [...given(file), ...given(docs("kro-permissions-identity.yaml"))].map(([kind]) => kind!);
    const needed = neededFor(definitionOf(["pulumi", "ack"])).map(([kind]) => kind!);
    assert.deepEqual(all.filter((kind) => !/cartsstacks/.test(kind)).toSorted(), needed.toSorted());
  });
});

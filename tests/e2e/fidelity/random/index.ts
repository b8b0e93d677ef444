import fc from "fast-check";
import type { Definition, Instance } from "../../../../packages/kro/index.ts";
import { Draw } from "./draw.ts";
import { Expressions } from "./expressions.ts";
import { IDS, type RandomNode, randomNode } from "./nodes.ts";
import { randomSchema } from "./schema.ts";
import { primitive, STRINGS, type Type } from "./types.ts";

/** An RGD, and instances of it. */
export interface RandomCase {
  readonly definition: Definition;
  readonly instances: readonly Instance[];
}

/**
 * RGDs with a schema, nodes, references, conditions, collections and expressions, most of them right and some wrong.
 *
 * @param seed - the same seed gives the same RGDs.
 */
export function randomCases(count: number, seed: number): RandomCase[] {
  const drawn = fc.sample(fc.noBias(fc.gen()), { numRuns: count, seed });
  return drawn.map((next, i) => randomCase(new Draw(next), i));
}

function randomCase(draw: Draw, number: number): RandomCase {
  const clusterScoped = draw.chance(10);
  const schema = randomSchema(draw);
  const known = [...schema.variables, { path: "schema.metadata.name", type: "string" as const }];
  const ids = draw.shuffled(IDS).slice(0, draw.int(1, 5));
  const nodes: RandomNode[] = [];
  for (const id of ids) {
    const variables = [...known, ...nodes.flatMap((node) => node.variables)];
    nodes.push(randomNode(draw, { id, variables, clusterScoped }));
  }
  const write = new Expressions(draw, [...known, ...nodes.flatMap((node) => node.variables)]);
  const status = draw.some(0, 3, (i) => [`s${i}`, statusField(draw, write)] as const);
  const kind = `Random${number}`;
  const definition = {
    ...{ apiVersion: "kro.run/v1alpha1", kind: "ResourceGraphDefinition", metadata: { name: `random-${number}` } },
    spec: {
      schema: {
        ...{ apiVersion: "v1alpha1", kind, group: "random.example.com", ...(clusterScoped && { scope: "Cluster" }) },
        ...{ spec: schema.spec, types: schema.types, status: Object.fromEntries(status) },
      },
      resources: draw.shuffled(nodes.map(({ resource }) => wronged(draw, resource, ids))),
    },
  };
  const instances = draw.some(1, 2, (i) => ({
    ...{ apiVersion: "random.example.com/v1alpha1", kind },
    metadata: { name: `r${number}-${i}`, ...(!clusterScoped && { namespace: "default" }) },
    spec: schema.instance(),
  }));
  return { definition, instances };
}

/** An expression of a status; now and then one that refers to nothing, which kro refuses. */
function statusField(draw: Draw, write: Expressions): string {
  const text = write.of(draw.of<Type>(primitive(draw), STRINGS));
  if (/schema\.|metadata/.test(text) || draw.chance(5)) return `\${${text}}`;
  return `\${schema.metadata.name != "" ? ${text} : ${text}}`;
}

/** A node, of which now and then something is wrong that its kind has nothing to do with. */
function wronged(draw: Draw, resource: RandomNode["resource"], ids: readonly string[]): RandomNode["resource"] {
  if (!draw.chance(3)) return resource;
  const other = draw.of(...ids);
  return draw.one<RandomNode["resource"]>(
    () => ({ ...resource, id: draw.of("spec", "namespace", "Web", "a-b", "list", "string", other) }),
    () => ({ ...resource, includeWhen: [`\${${other}.metadata.name == "x"}`] }),
    () => ({ ...resource, includeWhen: ["${stranger.spec.x}"] }),
    () => ({ ...resource, readyWhen: [`\${schema.spec.count > 0}`] }),
    () => ({ ...resource, forEach: [{ twin: "${schema.spec.count}" }] }),
    () => ({ ...resource, includeWhen: ["schema.spec.count > 0"] }),
  );
}

import { API_VERSION, DEFINITION_NAME, definition, KIND } from "../components/index.ts";
import type { Definition, Instance } from "../packages/kro/index.ts";
import { render } from "../packages/kro/index.ts";
import { diff } from "../packages/kro-preview/index.ts";

// Measures what a preview takes beside Pulumi: rendering and comparing many instances of the carts RGD. No cluster.
//   npm run bench:render [-- ROUNDS]     default 5 rounds

const INSTANCES = 1000;
const rounds = Number(process.argv[2] ?? 5);

/** The RGD as it comes from a file: an object of its own is compiled anew. */
const fresh = (): Definition =>
  structuredClone({ metadata: { name: DEFINITION_NAME }, spec: definition }) as unknown as Definition;

const instances = (version: string): Instance[] =>
  Array.from({ length: INSTANCES }, (_, i) => ({
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name: `carts-${i}`, namespace: "default" },
    spec: {
      tableName: `table-${i}`,
      namespace: `carts-${i}`,
      imageVersion: version,
      replicas: (i % 5) + 1,
      environment: [{ name: "NUMBER", value: String(i) }],
      tags: [{ key: "team", value: `team-${i % 7}` }],
    },
  }));

const measured: Record<string, number[]> = {};
function measure<T>(name: string, run: () => T): T {
  const from = performance.now();
  const result = run();
  measured[name] = [...(measured[name] ?? []), (performance.now() - from) / 1000];
  return result;
}

for (let round = 0; round < rounds; round++) {
  const [before, after] = [instances("1.3.0"), instances("1.4.0")];
  const rgd = fresh();
  const old = measure(`${INSTANCES} instances rendered, with compiling the RGD`, () =>
    before.map((instance) => render(rgd, instance)),
  );
  const next = measure(`${INSTANCES} instances rendered, the RGD compiled before`, () =>
    after.map((instance) => render(rgd, instance)),
  );
  measure(`${INSTANCES} instances compared, the image of each another`, () =>
    old.map((rendering, i) => diff(rendering, next[i])),
  );
  const other = fresh();
  measure("one instance rendered, with compiling the RGD", () => render(other, before[0]!));
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
console.log(`medians of ${rounds} rounds, and the first, in seconds`);
for (const [name, values] of Object.entries(measured)) {
  console.log(`${median(values).toFixed(3)}  ${values[0]!.toFixed(3)}  ${name}`);
}

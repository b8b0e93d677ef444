import { join } from "node:path";

// One round of bench/render.ts, in a process of its own: prints seconds of CPU, which others on the
// machine don't change much, by what they were for, as JSON.
//   node bench/render/round.ts FOLDER     of the repository whose packages are measured

const [folder] = process.argv.slice(2);
const load = (path: string) => import(join(folder!, path));
const { API_VERSION, DEFINITION_NAME, definition, KIND } = await load("components/index.ts");
const { render } = await load("packages/kro/index.ts");
const { diff } = await load("packages/kro-preview/index.ts");

const INSTANCES = 1000;

/** The RGD as it comes from a file: an object of its own is compiled anew. */
const fresh = () => structuredClone({ metadata: { name: DEFINITION_NAME }, spec: definition });

const instances = (version: string) =>
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

const measured: Record<string, number> = {};
function measure<T>(name: string, run: () => T): T {
  const from = process.cpuUsage();
  const result = run();
  const { user, system } = process.cpuUsage(from);
  measured[name] = (user + system) / 1e6;
  return result;
}

const [before, after] = [instances("1.3.0"), instances("1.4.0")];
const rgd = fresh();
measure("one instance rendered, with compiling the RGD, in a new process", () => render(fresh(), before[0]));
const old = measure(`${INSTANCES} instances rendered, with compiling the RGD`, () =>
  before.map((instance) => render(rgd, instance)),
);
const next = measure(`${INSTANCES} instances rendered, the RGD compiled before`, () =>
  after.map((instance) => render(rgd, instance)),
);
measure(`${INSTANCES} instances compared, the image of each another`, () =>
  old.map((rendering, i) => diff(rendering, next[i])),
);
console.log(JSON.stringify(measured));

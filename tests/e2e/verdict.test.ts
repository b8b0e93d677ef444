import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { Definition } from "../../packages/kro/index.ts";
import { type Case, cases, changes } from "./fidelity/verdicts.ts";
import { apply, get, letKro, story, until } from "./kit/index.ts";

interface Live {
  readonly metadata: {
    readonly name: string;
    readonly generation: number;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly status?: {
    readonly conditions?: readonly { type: string; status: string; message?: string; observedGeneration?: number }[];
  };
}

const REFUSED = "the API server refuses it";

/** Why each RGD in the cluster is refused, or undefined; one that kro has not looked at yet is left out. */
async function seen(): Promise<Map<string, string | undefined>> {
  const { items } = (await get<{ items: Live[] }>("resourcegraphdefinitions"))!;
  const found = new Map<string, string | undefined>();
  for (const { metadata, status } of items) {
    const conditions = (status?.conditions ?? []).filter((one) => one.observedGeneration === metadata.generation);
    const wrong = conditions.find(({ type, status }) => type !== "Ready" && status === "False");
    if (wrong || conditions.some(({ type, status }) => type === "Ready" && status === "True")) {
      found.set(metadata.name, wrong?.message);
    }
  }
  return found;
}

/** Waits until kro has looked at everything, and gives what it says. */
async function verdicts(): Promise<ReadonlyMap<string, string | undefined>> {
  const { items } = (await get<{ items: Live[] }>("resourcegraphdefinitions"))!;
  let found = new Map<string, string | undefined>();
  await until(
    "kro has looked at every RGD",
    async () => {
      found = await seen();
      return found.size >= items.length;
    },
    120,
  );
  return found;
}

/** Applies RGDs. kubectl goes on after one that the API server refuses; its names are given. */
async function tryAll(definitions: readonly Definition[], ...flags: string[]): Promise<ReadonlySet<string>> {
  if (definitions.length === 0) return new Set();
  const failure = await apply(definitions, "--validate=false", ...flags).then(
    () => "",
    (error: Error) => error.message,
  );
  const names = definitions.map(({ metadata }) => metadata.name);
  return new Set(names.filter((name) => new RegExp(`"${name}" is invalid`).test(failure)));
}

/** What each RGD's CRD holds. */
async function crds(): Promise<ReadonlyMap<string, unknown>> {
  const { items } = (await get<{ items: (Live & { spec: unknown })[] }>("customresourcedefinitions"))!;
  const label = "kro.run/resource-graph-definition-name";
  return new Map(items.map(({ metadata: { labels }, spec }) => [labels?.[label] ?? "", { spec, a: labels?.a }]));
}

const tests = () => {
  const all = Object.values(cases);
  const ofCases = (wanted: (one: Case) => boolean) => all.filter(wanted).map(({ definition }) => definition);
  const pairs = Object.values(changes);
  let found: ReadonlyMap<string, string | undefined>;

  before(async () => {
    await letKro({ apiGroups: ["*"], resources: ["*"], verbs: ["*"] });
    const plain = [...ofCases(({ unknownKeys }) => !unknownKeys), ...pairs.map(({ before }) => before)];
    await tryAll(plain, "--server-side");
    // A server-side apply is refused for an unknown key, which the API server drops else.
    await tryAll(ofCases(({ unknownKeys }) => unknownKeys === true));
    found = await verdicts();
  });

  for (const [title, { definition, accepted }] of Object.entries(cases)) {
    it(`${title}: ${accepted ? "taken" : "refused"}`, () => {
      const { name } = definition.metadata;
      const problem = found.has(name) ? found.get(name) : REFUSED;
      assert.equal(problem === undefined, accepted, problem);
    });
  }

  describe("a change", () => {
    let earlier: ReadonlyMap<string, unknown>;
    let later: ReadonlyMap<string, unknown>;
    let refused: ReadonlySet<string>;

    before(async () => {
      earlier = await crds();
      refused = await tryAll(
        pairs.map(({ after }) => after),
        "--server-side",
      );
      found = await verdicts();
      later = await crds();
    });

    for (const [title, { before, verdict }] of Object.entries(changes)) {
      it(`${title}: ${verdict}`, () => {
        const { name } = before.metadata;
        const problem = refused.has(name) ? REFUSED : found.get(name);
        const isSame = isDeepStrictEqual(earlier.get(name), later.get(name));
        if (verdict === "ignored") assert.deepEqual([problem, isSame], [undefined, true]);
        else assert.equal(problem === undefined, verdict === "taken", problem);
      });
    }
  });
};

story("the verdict on an RGD is that of kro and of the API server", tests, { goesOn: true });

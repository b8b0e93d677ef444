import assert from "node:assert/strict";
import { type Case, cases } from "./fidelity/verdicts.ts";
import { apply, get, letKro, story, until } from "./kit/index.ts";

interface Live {
  readonly metadata: { readonly name: string; readonly generation: number };
  readonly status?: {
    readonly conditions?: readonly { type: string; status: string; message?: string; observedGeneration?: number }[];
  };
}

/** Why an RGD is refused, or undefined, by name; an RGD that isn't there was not looked at yet. */
async function verdicts(): Promise<Map<string, string | undefined>> {
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

const tests = () => {
  const ofCases = (wanted: (one: Case) => boolean) =>
    Object.values(cases)
      .filter(wanted)
      .map(({ definition }) => definition);
  let found: Map<string, string | undefined>;

  before(async () => {
    await letKro({ apiGroups: ["*"], resources: ["*"], verbs: ["*"] });
    // kubectl goes on after an RGD that the API server refuses.
    await apply(
      ofCases(({ unknownKeys }) => !unknownKeys),
      "--server-side",
      "--validate=false",
    ).catch(() => {});
    // A server-side apply is refused for an unknown key, which the API server drops else.
    await apply(
      ofCases(({ unknownKeys }) => unknownKeys === true),
      "--validate=false",
    );
    const { items } = (await get<{ items: Live[] }>("resourcegraphdefinitions"))!;
    const isLookedAt = async () => {
      found = await verdicts();
      return found.size >= items.length;
    };
    await until("kro has looked at every RGD", isLookedAt, 120);
  });

  for (const [title, { definition, accepted }] of Object.entries(cases)) {
    it(`${title}: ${accepted ? "taken" : "refused"}`, () => {
      const { name } = definition.metadata;
      const problem = found.has(name) ? found.get(name) : "the API server refuses it";
      if (process.env.VERDICTS) console.log(`      ${title}: ${problem ?? "taken"}`);
      assert.equal(problem === undefined, accepted, problem);
    });
  }
};

story("the verdict on an RGD is that of kro and of the API server", tests, { goesOn: true });

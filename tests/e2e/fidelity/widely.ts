import assert from "node:assert/strict";
import { crdSchemas, type Known as KnownKinds } from "../../../packages/kro/index.ts";
import * as cluster from "./cluster.ts";
import { featureFixtures, features } from "./features.ts";
import { KNOWN_OF_FEATURES, KNOWN_OF_RANDOM, type Known, unknown } from "./known.ts";
import { randomCases } from "./random/index.ts";
import { type Findings, forget, tryAll } from "./trial.ts";
import { fixtures } from "./variants.ts";

/** What there is in the cluster beside Kubernetes' own kinds. */
const known: KnownKinds = {
  crds: crdSchemas([...fixtures, ...featureFixtures].filter(({ kind }) => kind === "CustomResourceDefinition")),
  definitions: features.map(({ definition }) => definition),
};

/** RGDs that are tried at once. */
const ROUND = 25;

/** @param limit - of the RGDs for features; default all. */
export function featureTests(limit = features.length): void {
  it("the RGDs for kro's features", async function () {
    this.timeout("10m");
    await cluster.apply(...fixtures, ...featureFixtures);
    // The one whose kind another one uses comes first.
    const found = await tryAll(features.slice(0, limit), known);
    report(`${limit} RGDs for features`, [found]);
    assertExplained([found], KNOWN_OF_FEATURES);
    const gone =
      limit < features.length
        ? []
        : KNOWN_OF_FEATURES.filter(({ lines }) => !found.lines.some((line) => lines.test(line)));
    assert.deepEqual(gone, [], "a known difference is gone: its entry can go");
  });
}

/** @param seed - another one gives other RGDs. */
export function randomTests(count: number, seed: number): void {
  it(`${count} random RGDs, of seed ${seed}`, async function () {
    this.timeout("40m");
    await cluster.apply(...fixtures, ...featureFixtures);
    const trials = randomCases(count, seed);
    const found: Findings[] = [];
    for (let from = 0; from < count; from += ROUND) {
      const round = trials.slice(from, from + ROUND);
      found.push(await tryAll(round, known));
      // A cluster with hundreds of kinds becomes slow.
      await forget(round);
    }
    report(`${count} random RGDs, of seed ${seed}`, found);
    assertExplained(found, KNOWN_OF_RANDOM);
  });
}

function report(title: string, found: readonly Findings[]): void {
  const sum = (of: (counts: Findings["counts"]) => number) => found.reduce((all, { counts }) => all + of(counts), 0);
  const figures = [
    `${sum(({ refused }) => refused)} refused`,
    `${sum(({ instances }) => instances)} instances`,
    `${sum(({ children }) => children)} children`,
    `${sum(({ fields }) => fields)} fields`,
    `${found.flatMap(({ lines }) => lines).length} differences`,
  ];
  console.log(`      ${title}: ${figures.join(", ")}`);
}

function assertExplained(found: readonly Findings[], known: readonly Known[]): void {
  const lines = unknown(
    found.flatMap((one) => one.lines),
    known,
  );
  assert.ok(lines.length === 0, `\n${lines.join("\n")}`);
}

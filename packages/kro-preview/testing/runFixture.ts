import { dirname, isAbsolute, join } from "node:path";
import { list, UserError } from "../../console/index.ts";
import {
  crdSchemas,
  type Definition,
  DefinitionError,
  type Instance,
  InstanceError,
  instanceGvk,
  type Known,
  render,
  validate,
} from "../../kro/index.ts";
import { attempt } from "../attempt.ts";
import { formatYaml } from "../format/yaml.ts";
import { makeReport } from "../makeReport.ts";
import { inNamespace } from "../renderInstances.ts";
import { manifestPlan } from "../sources/manifestPlan.ts";
import { type Located, type Manifests, readManifests } from "../sources/manifests.ts";
import { checkAbsent } from "./absent.ts";
import { notSaid, observedOf, renderingFailures } from "./expectations.ts";
import { type Fixture, type FixtureTest, type InstanceSource, matches } from "./fixture.ts";
import type { Failure, TestResult } from "./result.ts";
import { snapshotPath } from "./snapshot.ts";

/**
 * Runs the tests of a file, one after another. Snapshots are not compared: their texts are in the results.
 *
 * @param wanted - of which test, by its name. Default: each.
 * @throws UserError with the test's line for a path that can't be read, and an instance that no RGD of the test makes.
 */
export async function runFixture(
  fixture: Fixture,
  wanted: (name: string) => boolean = () => true,
): Promise<TestResult[]> {
  const results: TestResult[] = [];
  for (const test of fixture.tests.filter(({ name }) => wanted(name))) {
    const began = performance.now();
    const { failures, text } = await runTest(fixture, test).catch((error: Error) => {
      if (error instanceof UserError)
        throw new UserError(`${fixture.file}:${test.line}: ${test.name}: ${error.message}`);
      throw error;
    });
    const { snapshot } = test.expect;
    results.push({
      name: test.name,
      line: test.line,
      failures,
      seconds: (performance.now() - began) / 1000,
      ...(snapshot !== undefined &&
        text !== undefined && { snapshot: { path: snapshotPath(fixture.file, test.name, snapshot), text } }),
    });
  }
  return results;
}

interface Outcome {
  readonly failures: readonly Failure[];
  /** All children, as a snapshot has them. */
  readonly text?: string;
}

const failed = (message: string): Outcome => ({ failures: [{ message }] });

async function runTest(fixture: Fixture, test: FixtureTest): Promise<Outcome> {
  const { expect } = test;
  const definitions = await readDefinitions(fixture, test.definitions ?? fixture.definitions);
  const known = knownOf(definitions);
  const invalid = definitions.definitions.flatMap(({ object }) => faultsOf(object, known));
  if (expect.invalid !== undefined) {
    const pattern = expect.invalid;
    if (invalid.some((problem) => matches(pattern, problem))) return { failures: [] };
    return failed(notSaid("invalid", pattern, invalid, "kro takes each RGD"));
  }
  if (invalid.length > 0) return failed(`kro refuses ${invalid.join("; ")}`);
  const { instance, definition } = await readInstance(fixture, definitions, test.instance!);
  const observed = observedOf(test.observed);
  checkNodes(definition, [...observed.keys(), ...Object.keys(expect.ready ?? {})]);
  checkAbsent(expect.absent ?? [], definition, known);
  const rendering = attempt(() => render(definition, inNamespace(instance.object, definition), { ...known, observed }));
  if (rendering instanceof DefinitionError) return failed(`kro refuses the RGD: ${rendering.message}`);
  const problems = rendering instanceof InstanceError ? rendering.problems : [];
  if (expect.refused !== undefined) {
    const pattern = expect.refused;
    if (problems.some((problem) => matches(pattern, problem))) return { failures: [] };
    return failed(notSaid("refused", pattern, problems, "the API server takes the instance"));
  }
  if (rendering instanceof InstanceError) return failed(`the API server refuses the instance: ${problems.join("; ")}`);
  const dangers = expect.dangers === undefined ? [] : await dangerFailures(fixture, test, { definitions, instance });
  return {
    failures: [...renderingFailures(expect, rendering, definition, { ...known, observed }), ...dangers],
    text: formatYaml([rendering], { crds: known.crds }),
  };
}

const knownOf = ({ definitions, crds }: Manifests): Known => ({
  definitions: definitions.map(({ object }) => object),
  crds: crdSchemas(crds.map(({ object }) => object)),
});

/** Why kro refuses an RGD: every fault. */
const faultsOf = (definition: Definition, known: Known): string[] =>
  validate(definition, { known })
    .filter(({ severity }) => severity === "error")
    .map(({ node, path, expression, problem }) => {
      const place = [node && `node "${node}"`, path && `at ${path}`, expression].filter(Boolean).join(", ");
      return `the RGD ${definition.metadata.name}${place && `, ${place}`}: ${problem}`;
    });

const pathIn = ({ file }: Fixture, path: string): string => (isAbsolute(path) ? path : join(dirname(file), path));

async function readDefinitions(fixture: Fixture, paths: readonly string[]): Promise<Manifests> {
  const read = await readManifests(paths.map((path) => pathIn(fixture, path)));
  if (read.definitions.length === 0) throw new UserError(`there is no ResourceGraphDefinition in ${paths.join(", ")}`);
  return read;
}

interface Found {
  readonly instance: Located<Instance>;
  readonly definition: Definition;
}

async function readInstance(fixture: Fixture, { definitions }: Manifests, source: InstanceSource): Promise<Found> {
  const makerOf = ({ apiVersion, kind }: { readonly apiVersion?: unknown; readonly kind?: unknown }) =>
    definitions.find(({ object }) => {
      const made = instanceGvk(object);
      return made.apiVersion === apiVersion && made.kind === kind;
    });
  const kinds = definitions.map(({ object }) => `${instanceGvk(object).apiVersion} ${instanceGvk(object).kind}`);
  if (typeof source !== "string") {
    const definition = makerOf(source);
    if (!definition) {
      const { apiVersion, kind } = source;
      throw new UserError(`instance: no RGD makes a ${String(apiVersion)} ${String(kind)}: there is ${list(kinds, 5)}`);
    }
    const object = source as unknown as Instance;
    return { instance: { object, file: fixture.file, line: 1 }, definition: definition.object };
  }
  const path = pathIn(fixture, source);
  const { instances, others, definitions: more } = await readManifests([path]);
  const found = [...instances, ...others].filter(({ object }) => makerOf(object)) as Located<Instance>[];
  const [instance, another] = found;
  if (!instance) {
    const what = more.length > 0 ? "an RGD" : "nothing that is";
    throw new UserError(`instance: ${path} holds ${what}, and no instance: its kind is ${list(kinds, 5)}`);
  }
  if (another)
    throw new UserError(`instance: ${path} holds ${found.length} instances: a file of its own for each, or one inline`);
  return { instance, definition: makerOf(instance.object)!.object };
}

/** @throws UserError for an id that is no node's. */
function checkNodes(definition: Definition, ids: readonly string[]): void {
  const known = (definition.spec.resources ?? []).map(({ id }) => id);
  const wrong = ids.find((id) => !known.includes(id));
  if (wrong !== undefined)
    throw new UserError(`the RGD has no node ${JSON.stringify(wrong)}: there is ${known.join(", ")}`);
}

interface State {
  readonly definitions: Manifests;
  readonly instance: Located<Instance>;
}

/** How the dangers of the change from `before` are others than expected. */
async function dangerFailures(fixture: Fixture, { before, expect }: FixtureTest, after: State): Promise<Failure[]> {
  const definitions = before!.definitions ? await readDefinitions(fixture, before!.definitions) : after.definitions;
  const source = before!.instance;
  const { instance } = source === undefined ? after : await readInstance(fixture, definitions, source);
  const only = (state: State): Manifests => ({ ...state.definitions, instances: [state.instance], others: [] });
  const plan = manifestPlan(only({ definitions, instance }), only(after), fixture.file);
  const report = await makeReport(plan, { crds: after.definitions.crds.map(({ object }) => object) });
  const found = [...new Set(report.dangers.map(({ name }) => name))];
  const missing = expect.dangers!.filter((name) => !found.includes(name));
  const more = report.dangers.filter(({ name }) => !expect.dangers!.includes(name));
  return [
    ...missing.map((name) => ({ message: `dangers: ${name} is expected, and is not there` })),
    ...more.map(({ name, message, of }) => ({ message: `dangers: ${name} is there: ${message} (${of})` })),
  ];
}

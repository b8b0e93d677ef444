import { didYouMean, UserError } from "../../console/index.ts";
import { isList, isMap, type Value } from "../../kro/index.ts";
import { DANGERS } from "../dangers/names.ts";
import { parseYaml } from "../sources/kubernetesYaml.ts";
import { type Check, keys, listOf, type Place, paths, placeIn, shown, text as textual } from "./check.ts";
import { expressionOf, type Fixture } from "./fixture.ts";

/**
 * A file of tests.
 *
 * @throws UserError with the file's line for what is no YAML, an unknown key, or a value that can't be.
 */
export function readFixture(file: string, text: string): Fixture {
  const documents = parseYaml(text).filter(({ value, problem }) => value !== undefined || problem);
  const [document, another] = documents;
  const bad = documents.find(({ problem }) => problem)?.problem;
  if (bad) throw new UserError(`${file}:${bad.line} is not YAML: ${bad.text}`);
  if (!document) throw new UserError(`${file}:1: the file is empty: it needs definitions and tests`);
  if (another)
    throw new UserError(`${file}:${another.lineOf([])}: a second document: put all tests under one \`tests\``);
  const place = placeIn(file, document, []);
  const value = document.value as Value;
  fixture(value, place);
  const { definitions, tests } = value as { readonly [key: string]: Value };
  return {
    file,
    definitions: strings(definitions),
    tests: (tests as readonly { readonly [key: string]: Value }[]).map((test, i) => {
      const before = test.before as { readonly [key: string]: Value } | undefined;
      return {
        ...test,
        line: document.lineOf(["tests", i]),
        ...(test.definitions !== undefined && { definitions: strings(test.definitions) }),
        ...(before?.definitions !== undefined && {
          before: { ...before, definitions: strings(before.definitions) },
        }),
      };
    }) as unknown as Fixture["tests"],
  };
}

const strings = (value: Value | undefined): readonly string[] =>
  value === undefined ? [] : ((isList(value) ? value : [value]) as readonly string[]);

const pattern: Check = (value, place: Place) => {
  if (value === true) return;
  if (typeof value !== "string" || value === "") {
    place.fail(`${shown(value)} is neither a part of the message, nor /a regular expression/, nor true`);
  }
  try {
    expressionOf(value);
  } catch (error) {
    place.fail(`${shown(value)} is no regular expression: ${(error as Error).message}`);
  }
};

const instance: Check = (value, place: Place) => {
  if (typeof value === "string" && value !== "") return;
  if (!isMap(value)) place.fail(`${shown(value)} is neither an instance nor the path of a file with one`);
  for (const key of ["apiVersion", "kind"]) {
    if (typeof value[key] !== "string") place.fail(`an instance needs ${key}, a text`);
  }
  const metadata = value.metadata;
  if (!isMap(metadata) || typeof metadata.name !== "string") place.fail("an instance needs metadata.name, a text");
};

const child: Check = (value, place: Place) => {
  const isNamed = isMap(value) && [value.node, value.kind].some((name) => typeof name === "string");
  if (!isNamed) place.fail(`${shown(value)} names no child: it needs kind, or node (its id in the RGD)`);
  // YAML reads an unquoted y, n, on or off as a boolean.
  const own = isMap(value.metadata) ? value.metadata : {};
  const names = {
    node: value.node,
    kind: value.kind,
    apiVersion: value.apiVersion,
    name: own.name,
    namespace: own.namespace,
  };
  for (const [name, text] of Object.entries(names)) {
    const isText = text === undefined || text === null || typeof text === "string" || isMap(text);
    if (!isText) place.fail(`${name}: ${shown(text)} is no text: put it in quotes`);
  }
};

const snapshot: Check = (value, place: Place) => {
  if (value !== true && (typeof value !== "string" || !/\.ya?ml$/.test(value))) {
    place.fail(`${shown(value)} is neither true nor the path of a .yaml file`);
  }
};

const danger: Check = (value, place: Place) => {
  if (typeof value === "string" && Object.hasOwn(DANGERS, value)) return;
  const names = Object.keys(DANGERS);
  place.fail(`there is no danger ${shown(value)}${didYouMean(String(value), names) || `: ${names.join(", ")}`}`);
};

const nodes =
  (check: Check): Check =>
  (value, place: Place) => {
    if (!isMap(value)) place.fail(`${shown(value)} has no ids of nodes as its keys`);
    for (const [id, item] of Object.entries(value)) check(item, place.at(id));
  };

const observed: Check = (value, place: Place) => {
  if (!isMap(value) && !isList(value)) place.fail(`${shown(value)} is no part of an object, such as \`status\``);
};

const truth: Check = (value, place: Place) => {
  if (typeof value !== "boolean") place.fail(`${shown(value)} is neither true nor false`);
};

const dangers: Check = (value, place: Place) => {
  if (!isList(value)) place.fail(`${shown(value)} is no list of dangers; [] says that there is none`);
  for (const [i, item] of value.entries()) danger(item, place.at(i));
};

const EXPECTATION: Readonly<Record<string, Check>> = {
  children: listOf(child, "children"),
  absent: listOf(child, "children"),
  snapshot,
  refused: pattern,
  invalid: pattern,
  stuck: pattern,
  dangers,
  ready: nodes(truth),
};

/** What can't be expected of something that is refused. */
const OF_A_RENDERING = ["children", "absent", "snapshot", "stuck", "dangers", "ready"];

const expectation: Check = (value, place: Place) => {
  keys(EXPECTATION, "expectation")(value, place);
  const expected = Object.keys(value as object);
  if (expected.length === 0) place.fail(`nothing is expected: it needs one of ${Object.keys(EXPECTATION).join(", ")}`);
  const refusal = expected.find((key) => key === "refused" || key === "invalid");
  const other = expected.find((key) => OF_A_RENDERING.includes(key) || (key === "invalid" && refusal === "refused"));
  if (refusal !== undefined && other !== undefined) {
    place
      .at(other)
      .fail(`can't be expected with ${refusal}, which leaves nothing to look at: make it a test of its own`);
  }
};

const before: Check = (value, place: Place) => {
  keys({ instance, definitions: paths }, "state before")(value, place);
  if (Object.keys(value as object).length === 0) place.fail("it needs instance or definitions");
};

const test: Check = (value, place: Place) => {
  keys(
    { "name!": textual, definitions: paths, instance, observed: nodes(observed), before, "expect!": expectation },
    "test",
  )(value, place);
  const given = value as { readonly [key: string]: Value };
  const expected = given.expect as { readonly [key: string]: Value };
  if (given.instance === undefined && expected.invalid === undefined) {
    place.fail("a test needs an instance, unless it expects an RGD to be invalid");
  }
  if (expected.dangers !== undefined && given.before === undefined) {
    place.at("expect", "dangers").fail("a danger is of a change: the test needs before, with instance or definitions");
  }
  if (given.before !== undefined && expected.dangers === undefined) {
    place.at("before").fail("nothing is expected of the change: expect.dangers is missing");
  }
};

const fixture: Check = (value, place: Place) => {
  keys({ "definitions!": paths, "tests!": listOf(test, "tests") }, "test file")(value, place);
  const { tests } = value as { readonly tests: readonly { readonly name: string }[] };
  const seen = new Map<string, number>();
  for (const [i, { name }] of tests.entries()) {
    const slug = slugOf(name);
    const first = seen.get(slug);
    if (first !== undefined)
      place.at("tests", i, "name").fail(`${shown(name)} is told as tests[${first}] is: name it otherwise`);
    seen.set(slug, i);
  }
};

/** A test's name, for a file. */
export const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 100) || "test";

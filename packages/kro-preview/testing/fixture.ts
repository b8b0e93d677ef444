import type { Value } from "../../kro/index.ts";

/** A file of tests, as written: docs/test-fixtures.md describes it. Paths in it begin at its folder. */
export interface Fixture {
  /** As it was named. */
  readonly file: string;
  /** Files, folders and globs with RGDs. */
  readonly definitions: readonly string[];
  readonly tests: readonly FixtureTest[];
}

/** One test: an instance, and what is expected of it. */
export interface FixtureTest {
  readonly name: string;
  /** Where it begins, from 1. */
  readonly line: number;
  /** In place of the file's. */
  readonly definitions?: readonly string[];
  /** An object, or the file that holds it. Undefined only for a test of an RGD that is invalid. */
  readonly instance?: InstanceSource;
  /** What is known of objects in the cluster, by node. Default: nothing. */
  readonly observed?: Readonly<Record<string, Value>>;
  /** What the instance, or its RGD, was before the change. */
  readonly before?: { readonly instance?: InstanceSource; readonly definitions?: readonly string[] };
  readonly expect: Expectation;
}

export type InstanceSource = string | Readonly<Record<string, Value>>;

export interface Expectation {
  /** Some of the children, and some of their fields. */
  readonly children?: readonly ExpectedChild[];
  /** Children that must not be there. */
  readonly absent?: readonly ExpectedChild[];
  /** All children: the file that holds them, or true for one that is named after the test. */
  readonly snapshot?: string | true;
  /** The API server refuses the instance. */
  readonly refused?: Pattern;
  /** kro refuses an RGD. */
  readonly invalid?: Pattern;
  /** kro can't make a child. */
  readonly stuck?: Pattern;
  /** The dangers of the change, by name; each, and no other. */
  readonly dangers?: readonly string[];
  /** Whether nodes are ready, by id. */
  readonly ready?: Readonly<Record<string, boolean>>;
}

/** A part of an object. `node` is the id of its node. */
export type ExpectedChild = Readonly<Record<string, Value>>;

/** Text that must be in a message; between slashes a regular expression; true for any message. */
export type Pattern = string | true;

/** Whether a message is what a pattern asks for. */
export function matches(pattern: Pattern, message: string): boolean {
  if (pattern === true) return true;
  const expression = expressionOf(pattern);
  return expression ? expression.test(message) : message.includes(pattern);
}

/** @throws SyntaxError for one that can't be compiled. */
export function expressionOf(pattern: string): RegExp | undefined {
  const [, source, flags] = /^\/(.+)\/(i?)$/s.exec(pattern) ?? [];
  return source === undefined ? undefined : new RegExp(source, flags);
}

import { didYouMean, UserError } from "../../console/index.ts";
import { isList, isMap, type Value } from "../../kro/index.ts";
import type { YamlDocument } from "../sources/kubernetesYaml.ts";

export type Path = readonly (string | number)[];
/** Looks at a value of a file that people write, and throws for what is wrong with it. */
export type Check = (value: Value, at: Place) => void;

/** A value's place in a file. */
export interface Place {
  readonly path: Path;
  /** @throws UserError always. */
  fail(problem: string): never;
  at(...keys: Path): Place;
}

/** @param path - of the value: none for the whole document. */
export function placeIn(file: string, document: YamlDocument, path: Path): Place {
  return {
    path,
    fail(problem) {
      const name = path.reduce<string>(
        (all, key) => (typeof key === "number" ? `${all}[${key}]` : all === "" ? key : `${all}.${key}`),
        "",
      );
      throw new UserError(`${file}:${document.lineOf(path)}: ${name === "" ? "" : `${name}: `}${problem}`);
    },
    at: (...keys) => placeIn(file, document, [...path, ...keys]),
  };
}

export const shown = (value: Value): string => {
  const text = JSON.stringify(value) ?? "null";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

/** A map with these keys and no others; those with `!` must be there. */
export const keys =
  (known: Readonly<Record<string, Check>>, what: string): Check =>
  (value, place: Place) => {
    const names = Object.keys(known).map((name) => name.replace("!", ""));
    if (!isMap(value)) place.fail(`${shown(value)} is no ${what}, which has ${names.join(", ")}`);
    for (const key of Object.keys(value)) {
      if (!names.includes(key)) {
        place.at(key).fail(`there is no such key in a ${what}${didYouMean(key, names) || `: ${names.join(", ")}`}`);
      }
    }
    for (const [name, check] of Object.entries(known)) {
      const key = name.replace("!", "");
      const own = value[key];
      if (own !== undefined) check(own, place.at(key));
      else if (name.endsWith("!")) place.fail(`a ${what} needs ${key}`);
    }
  };

/** A list with at least one element. */
export const listOf =
  (check: Check, what: string): Check =>
  (value, place: Place) => {
    if (!isList(value) || value.length === 0) place.fail(`${shown(value)} is no list of ${what}`);
    for (const [i, item] of value.entries()) check(item, place.at(i));
  };

export const text: Check = (value, place: Place) => {
  if (typeof value !== "string" || value === "") place.fail(`${shown(value)} is no text`);
};

export const paths: Check = (value, place: Place) =>
  isList(value) ? listOf(text, "paths")(value, place) : text(value, place);

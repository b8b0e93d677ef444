/** Words that CEL or kro keep for themselves: no node and no iterator can have one as its name. */
const RESERVED = new Set([
  ..."true false null in as break const continue else for function if import let loop package return var void while".split(
    " ",
  ),
  ..."apiVersion context dependency dependencies each externalRef externalReference externalRefs".split(" "),
  ..."externalReferences graph instance item items kind kro metadata namespace object resource".split(" "),
  ..."resourcegraphdefinition resourceGraphDefinition resources root runtime schema self".split(" "),
  ..."serviceAccountName spec status this variables vars version".split(" "),
]);

/** Names that kro leaves free and cel-js has taken, for types mostly. */
const TAKEN = new Set("bool bytes cel double google int list map optional string type uint".split(" "));

/** What is wrong with the name of a node or of an iterator, or undefined. */
export function nameProblem(name: string): string | undefined {
  if (RESERVED.has(name)) return `"${name}" is a word that kro or CEL reserves: choose another id`;
  if (TAKEN.has(name)) return `"${name}" can't be named in expressions here, though kro allows it: choose another id`;
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) return `"${name}" must be in lowerCamelCase: letters and digits only`;
  return undefined;
}

/** Prefixes of the labels and annotations that kro sets itself. */
export const KRO_PREFIXES = ["kro.run/", "internal.kro.run/"];

/** kro's name for one item of a collection in readyWhen. */
export const EACH = "each";

import { buildAll } from "../buildAll.ts";
import { packagePrograms } from "../parts.ts";

/**
 * Path of a program for the tests of a component package, from the cache, else built from its pinned Go module, which
 * takes minutes the first time: Pulumi's language host for YAML, or `gensdk <schema.json> <folder>`, which writes the
 * SDKs of a package for nodejs, python and go.
 */
export async function packageProgram(name: keyof typeof packagePrograms): Promise<string> {
  const program = packagePrograms[name];
  return (await buildAll([program])).get(program.name)!;
}

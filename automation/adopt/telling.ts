import type { Adoption } from "../../components/index.ts";
import type { SelectedStack } from "../stack/index.ts";
import type { Found } from "./find.ts";

/**
 * Has the programs that `run` starts take over what was found.
 *
 * @param uids - of what may be taken in the cluster. Undefined: whatever is there, in a preview.
 */
export async function withAdoption<T>(
  { project, stack }: SelectedStack,
  found: readonly Found[],
  uids: readonly string[] | undefined,
  run: () => Promise<T>,
): Promise<T> {
  const { ADOPTION, adoptionKey } = await import("../../components/index.ts");
  const imports = found.map(({ wanted: { change }, id }) => [adoptionKey(change.type, change.name), id]);
  const adoption: Adoption = { project, stack: plainName(stack.name), imports: Object.fromEntries(imports), uids };
  process.env[ADOPTION] = JSON.stringify(adoption);
  try {
    return await run();
  } finally {
    delete process.env[ADOPTION];
  }
}

/** A stack may be named with its organization and project. */
export const plainName = (name: string): string => name.split("/").at(-1)!;

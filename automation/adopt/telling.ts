import type { Adoption } from "../../components/index.ts";

/** As components/adoption.ts has it. To load the components takes longer than all the rest. */
const ADOPTION = "CARTS_STACK_ADOPTION";

/** Has the programs that `run` starts take over what is told. */
export async function withAdoption<T>(adoption: Adoption, run: () => Promise<T>): Promise<T> {
  process.env[ADOPTION] = JSON.stringify(adoption);
  try {
    return await run();
  } finally {
    delete process.env[ADOPTION];
  }
}

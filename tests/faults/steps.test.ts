import { atWrite, life } from "./kit/index.ts";

/** No command writes the state more often. */
const WRITES = 20;

for (let n = 1; n <= WRITES; n++) life(`a life killed at write ${n} of the state`, [atWrite(n)]);

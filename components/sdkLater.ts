import { createRequire } from "node:module";

const load = createRequire(import.meta.url);

/**
 * A module of an SDK, loaded when it is asked for: what only some programs declare costs no other program its start.
 *
 * @typeParam Module - `typeof import("<path>")`.
 */
export const sdk = <Module>(path: string): Module => load(path) as Module;

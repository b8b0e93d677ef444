/** What became of a pod's containers, for kwok's stages (../podStages.ts) to act on. */
export const ANNOTATIONS = {
  /** `runs`, `crashes`, or `waits` for what it refers to. */
  start: "containers.sandbox/start",
  /** How often they were started again, a whole number. */
  restarts: "containers.sandbox/restarts",
  /** The last words of those that crash, or what the others wait for. */
  message: "containers.sandbox/message",
  /** When kwok was last made to look again. Nothing acts on it. */
  touched: "containers.sandbox/touched",
} as const;

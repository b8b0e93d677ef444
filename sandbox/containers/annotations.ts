/** What became of a pod's containers, for kwok's stages (../podStages.ts) to act on. */
export const ANNOTATIONS = {
  /** `runs` or `crashes`. */
  start: "containers.sandbox/start",
  /** How often they were started again, a whole number. */
  restarts: "containers.sandbox/restarts",
  /** The last words of those that crash. */
  message: "containers.sandbox/message",
} as const;

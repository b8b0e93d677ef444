/**
 * Whether an error is that of an engine which ends in the midst of a program, as it does where Pulumi's AWS provider can't be
 * configured. It has said why.
 */
export const isEngineGone = (error: unknown): boolean =>
  error instanceof Error && error.message.includes("Resource monitor is terminating");

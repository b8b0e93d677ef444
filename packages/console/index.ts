export { DURATION_RULE, formatDuration, parseDuration } from "./duration.ts";
export { forced, interrupt, interrupted, listenForInterrupts } from "./interrupt.ts";
export { didYouMean, problemLine } from "./problem.ts";
export { hasColor, isWatched } from "./terminal.ts";
export { count, cut, list, pad, printable, textWidth } from "./text.ts";
export { UserError } from "./userError.ts";

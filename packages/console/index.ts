export { DURATION_RULE, formatDuration, parseDuration } from "./duration.ts";
export { forced, interrupt, interrupted, listenForInterrupts } from "./interrupt.ts";
export { toPath, toPaths, toWebAddress } from "./optionValues.ts";
export { didYouMean, problemLine } from "./problem.ts";
export { runProgram, withCommands, writeResult } from "./program.ts";
export { hasColor, isWatched } from "./terminal.ts";
export { count, cut, list, pad, printable, textWidth } from "./text.ts";
export { UserError } from "./userError.ts";

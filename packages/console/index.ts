export { DURATION_RULE, formatDuration, parseDuration } from "./duration.ts";
export { interrupt, interrupted, listenForInterrupts } from "./interrupt.ts";
export { count, cut, list, nameText, printable, valueText, valueTexts } from "./text.ts";
export { UserError } from "./userError.ts";

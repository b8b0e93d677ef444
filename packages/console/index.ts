export { DURATION_RULE, formatDuration, parseDuration } from "./duration.ts";
export { interrupt, interrupted, listenForInterrupts } from "./interrupt.ts";
export { Redraw } from "./redraw.ts";
export { count, cut, list, nameText, pad, printable, textWidth, valueText, valueTexts } from "./text.ts";
export { UserError } from "./userError.ts";

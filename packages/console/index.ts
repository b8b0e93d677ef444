export { interrupted, listenForInterrupts } from "./interrupt.ts";
export { count, cut, list, nameText, printable, valueText, valueTexts } from "./text.ts";
export { UserError } from "./userError.ts";

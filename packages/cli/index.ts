export { toPath, toPaths, toWebAddress } from "./optionValues.ts";
export { runProgram, withCommands, writeResult } from "./program.ts";

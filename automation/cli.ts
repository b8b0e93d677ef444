import { runProgram } from "../packages/cli/index.ts";
import { cartsProgram, errorText } from "./commands/program.ts";

await runProgram(cartsProgram(), errorText);

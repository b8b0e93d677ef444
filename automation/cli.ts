import { runProgram } from "../packages/console/index.ts";
import { cartsProgram, errorText } from "./commands/program.ts";

await runProgram(cartsProgram(), errorText);

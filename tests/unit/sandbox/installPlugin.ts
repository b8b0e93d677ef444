// Installs the resource plugin that its argument names, and prints its row of the table as JSON.
import { installPlugin } from "../../../sandbox/plugins.ts";

console.log(JSON.stringify(await installPlugin(process.argv[2] as "aws" | "kubernetes")));

// Installs the resource plugin aws, and prints its row of the table as JSON.
import { officialPlugin, standInFor } from "../../../sandbox/plugins.ts";

const { part, install } = (await officialPlugin("aws")) ?? standInFor("aws");
install();
console.log(JSON.stringify(part));

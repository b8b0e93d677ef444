// Installs the resource plugin aws, and prints its row of the table as JSON.
import { officialPlugin, standInForAws } from "../../../sandbox/plugins.ts";

const { part, install } = (await officialPlugin("aws")) ?? standInForAws();
install();
console.log(JSON.stringify(part));

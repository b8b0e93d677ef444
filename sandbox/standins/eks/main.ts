// The stand-in for Pulumi's `eks` plugin; the engine starts it with its own address as the last argument.
import { useCompileCache } from "../plugin/compileCache.ts";

const PARENT_POLL_MS = 2_000;

// Before the other imports, or they would not be cached: hence the dynamic ones.
useCompileCache();
const [{ main }, { EksProvider }] = await Promise.all([
  import("@pulumi/pulumi/provider/index.js"),
  import("./eksProvider.ts"),
]);
// An engine that is gone can't end it.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && process.exit(0), PARENT_POLL_MS).unref();
await main(new EksProvider(), process.argv.slice(2));

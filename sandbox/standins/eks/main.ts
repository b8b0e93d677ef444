// The stand-in for Pulumi's `eks` plugin; the engine starts it with its own address as the last argument.
import { useCompileCache } from "../plugin/compileCache.ts";

// Before the other imports, or they would not be cached: hence the dynamic ones.
useCompileCache();
const [{ main }, { EksProvider }] = await Promise.all([
  import("@pulumi/pulumi/provider/index.js"),
  import("./eksProvider.ts"),
]);
await main(new EksProvider(), process.argv.slice(2));

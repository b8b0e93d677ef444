// The stand-in for Pulumi's `aws` plugin; the engine starts it with its own address as the last argument.
import { useCompileCache } from "../plugin/compileCache.ts";

// Before the other imports, or they would not be cached: hence the dynamic ones.
useCompileCache();
const [{ serve }, { AwsProvider }] = await Promise.all([import("../plugin/serve.ts"), import("./awsProvider.ts")]);
serve(new AwsProvider());

// The stand-in for Pulumi's `kubernetes` plugin; the engine starts it with its own address as the last argument.
import { createRequire } from "node:module";
import { useCompileCache } from "../plugin/compileCache.ts";

// Before the other imports, or they would not be cached: hence the dynamic ones.
useCompileCache();
const [{ serve }, { KubernetesProvider }] = await Promise.all([
  import("../plugin/serve.ts"),
  import("./kubernetesProvider.ts"),
]);
const { version } = createRequire(import.meta.url)("@pulumi/kubernetes/package.json") as { version: string };
serve(new KubernetesProvider(version));

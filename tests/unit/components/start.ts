// A program of the test: the start of index.ts, in a process of its own as Pulumi has it. Prints what was loaded, and
// whether what is put off can still be had. Its argument is the config's `createCluster`.
import { createRequire, registerHooks } from "node:module";

const loaded: string[] = [];
registerHooks({
  load: (url, context, next) => {
    loaded.push(url);
    return next(url, context);
  },
});
const { declare } = await import("./mocks.ts");
const { automation, runtime } = await import("@pulumi/pulumi");
await declare({ preview: true });
runtime.setAllConfig({ "carts-stack:clusterName": "c", "carts-stack:createCluster": process.argv[2]! });
const sdk = [...loaded];
await import("../../../index.ts");
const program = loaded.slice(sdk.length);
const nodes = Error.prepareStackTrace;
// As the start of Pulumi's host does. The TypeScript compiler does it once more.
createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"))("source-map-support/register");
const rewrites = Error.prepareStackTrace !== nodes;
const { text } = await runtime.serializeFunction(() => "later");
console.log(JSON.stringify({ sdk, program, text, workspace: typeof automation.LocalWorkspace.create, rewrites }));

// Loaded before anything else, by `nodeargs` in Pulumi.yaml. Plain JavaScript, for a Node that runs no TypeScript.
import module from "node:module";

if (!process.features.typescript) {
  console.error(
    `carts-stack needs Node 22.18 or newer, which runs TypeScript by itself, but pulumi found Node ${process.versions.node} on PATH.`,
  );
  process.exit(1);
}

// Node keeps what it compiled, this program and Pulumi's SDK, for the next run: a quarter off every preview.
// https://nodejs.org/api/module.html#module-compile-cache
module.enableCompileCache();

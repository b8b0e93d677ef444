#!/usr/bin/env node
// The door of the `kro-preview` command. Plain JavaScript, for a Node that runs no TypeScript: in a clone of the repository
// that ends here, in the package there is none.
import { existsSync } from "node:fs";
import module from "node:module";

const isClone = existsSync(new URL("cli.ts", import.meta.url));
const [major, minor] = process.versions.node.split(".").map(Number);
const isFit = isClone ? process.features.typescript : major > 22 || (major === 22 && minor >= 12);
if (!isFit) {
  const needed = isClone ? "Node 22.18 or newer, which runs TypeScript by itself," : "Node 22.12 or newer,";
  console.error(`kro-preview needs ${needed} but this is ${process.versions.node}.`);
  process.exit(1);
}

module.enableCompileCache?.();
await import(isClone ? "./cli.ts" : "./dist/cli.js");

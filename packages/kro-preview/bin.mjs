#!/usr/bin/env node
// The door of the `kro-preview` command. Plain JavaScript, for a Node that runs no TypeScript.
import module from "node:module";

if (!process.features.typescript) {
  console.error(
    `kro-preview needs Node 22.18 or newer, which runs TypeScript by itself, but this is ${process.versions.node}.`,
  );
  process.exit(1);
}

module.enableCompileCache?.();
await import("./cli.ts");

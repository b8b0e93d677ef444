#!/usr/bin/env node
// The door of the `carts` command. Plain JavaScript, for a Node that runs no TypeScript.
import module from "node:module";

if (!process.features.typescript) {
  console.error(
    `carts needs Node 22.18 or newer, which runs TypeScript by itself, but this is ${process.versions.node}.`,
  );
  process.exit(1);
}

// Where hundreds of instances are looked at, what is let go of at once would fill 128 MB before it is taken back. That is set
// when a process begins: this one begins anew, with the same id, unless somebody has said otherwise, or on Windows.
const [FLAG, SIZE] = ["--max-semi-space-size", 4];
const isSaid = [...process.execArgv, process.env.NODE_OPTIONS ?? ""].some((text) => text.includes(FLAG));
if (!isSaid && process.execve && process.platform !== "win32") {
  const { execPath, execArgv, argv, env } = process;
  process.execve(execPath, [execPath, `${FLAG}=${SIZE}`, ...execArgv, ...argv.slice(1)], env);
}

module.enableCompileCache?.();
await import("./cli.ts");

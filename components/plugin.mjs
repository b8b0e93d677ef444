// What Pulumi runs for the package. Plain JavaScript, for a Node that runs no TypeScript; and no `.ts`, which Pulumi's
// runner of plugins would compile and check itself at every start. Exporting nothing, it isn't analyzed by it either.
if (!process.features.typescript) {
  console.error(
    `carts-stack needs Node 22.18 or newer, which runs TypeScript by itself, but pulumi found Node ${process.versions.node} on PATH.`,
  );
  process.exit(1);
}
import("./package/serve.ts");

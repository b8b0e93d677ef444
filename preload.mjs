// Loaded before anything else, by `nodeargs` in Pulumi.yaml. Plain JavaScript, for a Node that runs no TypeScript.
import Module from "node:module";

if (!process.features.typescript) {
  console.error(
    `carts-stack needs Node 22.18 or newer, which runs TypeScript by itself, but pulumi found Node ${process.versions.node} on PATH.`,
  );
  process.exit(1);
}

// The engine may end in the midst of a program, as it does where AWS refuses the credentials, and says why. Pulumi's host
// would add a stack for each question that is open then; by this exit code it knows that all is said.
process.on("unhandledRejection", (error) => {
  if (error instanceof Error && error.message.includes("Resource monitor is terminating")) process.exit(32);
});

// Node keeps what it compiled, this program and Pulumi's SDK, for the next run: a quarter off every preview.
// https://nodejs.org/api/module.html#module-compile-cache
Module.enableCompileCache();

const require = Module.createRequire(import.meta.url);

// Pulumi's SDK loads these two at every start: the TypeScript compiler, of 9 MB, for programs that pass functions to the
// cloud, and the Automation API, for programs that run Pulumi. Here they are loaded when somebody asks for what they have.
// https://nodejs.org/api/modules.html#requirecache
for (const name of ["typescript-shim.js", "automation/index.js"]) loadLater(`@pulumi/pulumi/${name}`);

// It also has every stack rewritten by source maps, and takes one for each promise: a third of what a program of hundreds
// of resources computes. What Node runs as TypeScript has its own lines, and no source maps.
leaveOut("source-map-support/register");

function leaveOut(path) {
  try {
    const file = Module.createRequire(require.resolve("@pulumi/pulumi")).resolve(path);
    require.cache[file] = Object.assign(new Module(file), { filename: file, loaded: true });
  } catch {
    // an SDK that has no such file
  }
}

function loadLater(path) {
  let file;
  try {
    file = require.resolve(path);
  } catch {
    return; // an SDK that has no such file
  }
  const load = () => {
    if (require.cache[file] === later) delete require.cache[file];
    return require(file);
  };
  const exports = new Proxy({}, { get: (_, key) => (key === "__esModule" ? true : load()[key]) });
  const later = Object.assign(new Module(file), { filename: file, loaded: true, exports });
  require.cache[file] = later;
}

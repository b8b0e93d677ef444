const { globSync } = require("node:fs");
const { availableParallelism, totalmem } = require("node:os");

// The longest first: the last to begin should not be the last to end by much.
const longest = ["carts/walk", "causes", "pipeline", "carts/table", "carts/up", "preview"].map(
  (name) => `tests/e2e/${name}.test.ts`,
);
const others = globSync("tests/e2e/**/*.test.ts").filter((file) => !longest.includes(file));
// Mocha adds the files of its command line to these.
const named = process.argv.some((argument) => argument.endsWith(".test.ts"));

// Each worker has a sandbox, which is a cluster of one gigabyte, and waits for it most of the time.
const workers = Math.min(availableParallelism() + 2, Math.floor(totalmem() / 2 ** 31));

module.exports = {
  extension: ["ts"],
  require: ["tests/e2e/kit/hooks.ts", "tests/e2e/kit/grep.ts"],
  parallel: true,
  jobs: Math.max(workers, 1),
  spec: named ? [] : [...longest, ...others],
};

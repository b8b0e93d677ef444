// Mocha adds the files of its command line to these.
const named = process.argv.some((argument) => argument.endsWith(".test.ts"));

module.exports = {
  extension: ["ts"],
  require: ["tests/e2e/kit/hooks.ts", "tests/e2e/kit/grep.ts"],
  parallel: true,
  jobs: 3,
  spec: named ? [] : ["tests/long/*.test.ts"],
};

// Makes dist/: the command and the library, with what they import of the rooms beside and of most packages, as JavaScript for a
// Node that runs no TypeScript, and their types. `npm pack` runs it, for a package has no TypeScript: Node runs none of it in
// node_modules. Plain JavaScript, for whatever Node npm is run by.
import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
rmSync(dist, { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "--project", join(here, "tsconfig.build.json")], { stdio: "inherit" });
const made = readdirSync(dist, { recursive: true });

// Half of what the command took to start was Node looking for some 250 files. A file each for the command and the library holds
// them all; what a command doesn't need is in it, and not run. Packages that are installed beside stay outside.
const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const installed = { ...dependencies, ...optionalDependencies };
const { metafile } = await build({
  entryPoints: ["cli", "library"].map((name) => join(dist, `kro-preview/${name}.js`)),
  ...{ bundle: true, metafile: true, outdir: dist, absWorkingDir: here, logLevel: "warning" },
  ...{ platform: "node", format: "esm", target: "node22" },
  plugins: [{ name: "late", setup: loadedLate }],
  // For packages that are CommonJS.
  banner: {
    js: `import { createRequire as requireBy } from "node:module"; const require = requireBy(import.meta.url), requireLate = require;`,
  },
});

// What a module reads beside itself.
for (const file of made.filter((name) => name.endsWith(".js"))) {
  for (const [, name] of read(file).matchAll(/new URL\("([^"]+)", import\.meta\.url\)/g)) {
    copyFileSync(join(here, "..", dirname(file), name), join(dist, basename(name)));
  }
}
for (const file of made.filter((name) => name.endsWith(".js"))) rmSync(join(dist, file));
writeFileSync(join(dist, "cli.js"), compiledAhead(inAscii(read("cli.js"))));
writeFileSync(join(dist, "library.js"), inAscii(read("library.js")));
writeFileSync(join(dist, "licenses.txt"), licenses());

// Of the types, those that the library's own lead to. Each name is taken from where it is declared: past a room's face, where
// types of the Kubernetes client and of Node would come with it, which a program need not have.
const needed = new Map();
follow("kro-preview/library.d.ts");
for (const file of made.filter((name) => name.endsWith(".d.ts"))) {
  if (needed.has(file)) writeFileSync(join(dist, file), needed.get(file));
  else rmSync(join(dist, file));
}

copyFileSync(join(here, "../../LICENSE"), join(here, "LICENSE"));

/**
 * Node's own modules, and packages that are installed beside, are loaded by whichever part of the bundle imports them, when it begins;
 * an import at the top of the file would load them all at once.
 */
function loadedLate({ onResolve, onLoad }) {
  onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: "late" }));
  onResolve({ filter: /^[^.]/ }, ({ path }) =>
    /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] in installed ? { path, namespace: "late" } : undefined,
  );
  // commander has it for commands that are programs of their own, of which there is none.
  onLoad({ filter: /^node:child_process$/, namespace: "late" }, ({ path }) => ({
    contents: `exports.spawn = (...args) => requireLate(${JSON.stringify(path)}).spawn(...args);`,
  }));
  onLoad({ filter: /^/, namespace: "late" }, ({ path }) => ({
    contents: `module.exports = requireLate(${JSON.stringify(path)});`,
  }));
}

/**
 * A text with a character past Latin takes Node twice the memory, and every start reads all of it. esbuild leaves some in regular
 * expressions and tagged templates, where the escape means the same; but not behind a backslash, nor where the text is taken raw.
 */
function inAscii(text) {
  const [other] = /(?:\\|String\.raw`[^`]*)[^\0-\x7f]/.exec(text) ?? [];
  if (other) throw new Error(`an escape would not mean the same: ${other}`);
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * The command keeps what is compiled of it for its next start, see bin.mjs, and V8 compiles a function at once where it is in
 * parentheses, else when it is called: then at every start. The functions that esbuild puts around a module each are put in them.
 */
function compiledAhead(text) {
  const wrapper = /^(var [\w$]+ = __(?:esm|commonJS)\(\{\n {2}"[^"]*")(\(.*\) \{\n[\s\S]*?\n {2}\})\n\}\);$/gm;
  const [all, found] = [/__(?:esm|commonJS)\(\{/g, wrapper].map((each) => text.match(each)?.length ?? 0);
  if (found === 0 || found !== all)
    throw new Error(`esbuild wraps modules in another way: ${found} of ${all} as it did`);
  return text.replace(wrapper, "$1: (function$2)\n});");
}

/** Those of the packages that the bundle holds: each asks for it. */
function licenses() {
  const folders = Object.keys(metafile.inputs).map((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]);
  return [...new Set(folders.filter(Boolean))]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(here, folder, "package.json"), "utf8"));
      const file = readdirSync(join(here, folder)).find((one) => /^licen[cs]e/i.test(one));
      if (!file) throw new Error(`${name} has no license file`);
      return `${name} ${version} (${license})\n\n${readFileSync(join(here, folder, file), "utf8").trim()}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}

/** Keeps a module of types, and those that it leads to. */
function follow(file) {
  if (needed.has(file)) return;
  const text = read(file).replace(
    /^(import|export)( type)? \{([^}]*)\} from "(\.[^"]+)\.ts";$/gm,
    (_, keyword, type = "", names, path) =>
      [...groupBy(partsOf(names), ({ name }) => declarationOf(join(dirname(file), `${path}.d.ts`), name))]
        .map(([target, parts]) => {
          const way = relative(dirname(file), target).replace(/\.d\.ts$/, ".js");
          const list = parts.map(({ text }) => text).join(", ");
          return `${keyword}${type} { ${list} } from "${way.startsWith(".") ? way : `./${way}`}";`;
        })
        .join("\n"),
  );
  needed.set(file, withoutBundled(text));
  for (const [, path] of text.matchAll(/(?:from |import\()"(\.[^"]+)\.js"/g))
    follow(join(dirname(file), `${path}.d.ts`));
}

/** Types of packages that the bundle holds, and whoever installs it may not have: of nothing that a program would call. */
function withoutBundled(text) {
  return text.replace(/^import type \{([^}]*)\} from "([^".][^"]*)";$/gm, (whole, names, from) =>
    from in dependencies
      ? whole
      : partsOf(names)
          .map(({ exported }) => `type ${exported} = unknown;`)
          .join("\n"),
  );
}

/** Where a name is declared: of a face, the module that it has it from. */
function declarationOf(file, name) {
  for (const [, names, path] of read(file).matchAll(/^export(?: type)? \{([^}]*)\} from "(\.[^"]+)\.ts";$/gm)) {
    const part = partsOf(names).find(({ exported }) => exported === name);
    if (part?.name === name) return declarationOf(join(dirname(file), `${path}.d.ts`), name);
  }
  return file;
}

/** The names between the braces of an import or an export. */
function partsOf(names) {
  return names
    .split(",")
    .map((text) => text.trim())
    .filter(Boolean)
    .map((text) => {
      const [name, exported = name] = text.replace(/^type /, "").split(" as ");
      return { text, name, exported };
    });
}

function read(file) {
  return readFileSync(join(dist, file), "utf8");
}

/** As Map.groupBy, which Node 20 lacks. */
function groupBy(items, key) {
  const groups = new Map();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

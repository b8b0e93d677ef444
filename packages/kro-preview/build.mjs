// Makes dist/: the command and the library, with what they import of the rooms beside, as JavaScript for a Node that runs no
// TypeScript, and their types. `npm pack` runs it, for a package has no TypeScript: Node runs none of it in node_modules.
// Plain JavaScript, for whatever Node npm is run by.
import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
rmSync(dist, { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "--project", join(here, "tsconfig.build.json")], { stdio: "inherit" });
const made = readdirSync(dist, { recursive: true });

// What a module reads beside itself.
for (const file of made.filter((name) => name.endsWith(".js"))) {
  for (const [, name] of read(file).matchAll(/new URL\("([^"]+)", import\.meta\.url\)/g)) {
    const data = join(dirname(file), name);
    copyFileSync(join(here, "..", data), join(dist, data));
  }
}

// Of the types, those that the library's own lead to. Each name is taken from where it is declared: past a room's face, where
// types of the Kubernetes client and of Node would come with it, which a program need not have.
const needed = new Map();
follow("kro-preview/library.d.ts");
for (const file of made.filter((name) => name.endsWith(".d.ts"))) {
  if (needed.has(file)) writeFileSync(join(dist, file), needed.get(file));
  else rmSync(join(dist, file));
}

copyFileSync(join(here, "../../LICENSE"), join(here, "LICENSE"));

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
  needed.set(file, text);
  for (const [, path] of text.matchAll(/(?:from |import\()"(\.[^"]+)\.js"/g))
    follow(join(dirname(file), `${path}.d.ts`));
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

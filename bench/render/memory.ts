import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../measure.ts";
import { usageOf } from "./usage.ts";

/** RGDs, and instances of each. */
type Size = readonly [rgds: number, instances: number];

const SIZES: readonly Size[] = [
  ...([
    [10, 5],
    [10, 50],
    [10, 500],
    [10, 2000],
  ] as const),
  ...([
    [100, 5],
    [100, 50],
  ] as const),
];

/** So many times each: what is held is the same each time, and when it is let go is not. */
const RUNS = 3;

/** The command's default format, and that of which the output is longest. */
const FORMATS = ["tree", "json"] as const;

/**
 * Prints what `kro-preview diff` takes of two folders, a file for each RGD and each instance, by their number: the image of
 * each instance is another.
 *
 * @param commands - bin.mjs of a kro-preview, by what it is called.
 */
export function memory(commands: Readonly<Record<string, string>>): void {
  console.log("\npeak memory of `kro-preview diff` of two folders, in MB, and its seconds of CPU");
  const rows = SIZES.map((size) => {
    const folder = mkdtempSync(join(tmpdir(), "bench-memory-"));
    try {
      for (const side of ["old", "new"]) write(join(folder, side), size, side === "old" ? 1 : 2);
      const [rgds, instances] = size;
      const cells = Object.entries(commands).flatMap(([name, command]) =>
        FORMATS.map((format) => [`${name}: ${format}`, cell(command, folder, format)] as const),
      );
      return { RGDs: rgds, instances: rgds * instances, ...Object.fromEntries(cells) };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
  console.table(rows);
}

function cell(command: string, folder: string, format: string): string {
  const args = [command, "diff", join(folder, "old"), join(folder, "new"), "--format", format];
  try {
    const all = Array.from({ length: RUNS }, () => usageOf(...args));
    const of = (what: "peak" | "seconds") => median(all.map((one) => one[what]));
    return `${of("peak").toFixed(0)} MB ${of("seconds").toFixed(1)} s`;
  } catch (error) {
    return /EMFILE/.test((error as Error).message) ? "too many open files" : "failed";
  }
}

const [RGD] = readFileSync(join(import.meta.dirname, "rgd.yaml"), "utf8").split("\n---\n") as [string];

function write(folder: string, [rgds, instances]: Size, version: number): void {
  mkdirSync(folder);
  for (let rgd = 0; rgd < rgds; rgd++) {
    const [name, kind] = [`app-${rgd}`, `App${rgd}`];
    const text = RGD.replace("name: bench", `name: ${name}`).replace("kind: Bench", `kind: ${kind}`);
    writeFileSync(join(folder, `${name}.yaml`), text);
    for (let i = 0; i < instances; i++) {
      const metadata = `{ name: ${name}-${i}, namespace: default }`;
      const lines = [
        "apiVersion: kro.run/v1",
        `kind: ${kind}`,
        `metadata: ${metadata}`,
        `spec: { image: "app:${version}" }`,
      ];
      writeFileSync(join(folder, `${name}-${i}.yaml`), `${lines.join("\n")}\n`);
    }
  }
}

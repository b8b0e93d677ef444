import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { inTurn } from "./lock.ts";
import { cacheDir, sandboxDir } from "./paths.ts";

// Below the range from which operating systems take ports for outgoing connections, which could be gone when needed.
const [first, last] = [20_000, 32_000];

/**
 * A port on 127.0.0.1 for each name: the remembered one while it is ours or free, else one that is free and that no other
 * sandbox of this user has. Two that start at the same moment would otherwise find the same one free.
 * @param names - `<process>` or `<process>/<purpose>`
 * @param remembered - ports of earlier starts
 * @param isOurs - whether the process of that name runs, and so holds its ports
 */
export function choosePorts(
  names: string[],
  remembered: Record<string, number>,
  isOurs: (process: string) => boolean,
): Promise<Record<string, number>> {
  const file = join(cacheDir, "ports.json");
  return inTurn(
    join(cacheDir, "ports.lock"),
    () => {},
    async () => {
      const known: Record<string, number[]> = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
      const others = Object.entries(known).filter(([folder]) => folder !== sandboxDir && existsSync(folder));
      const chosen = await choose(names, remembered, isOurs, new Set(others.flatMap(([, ports]) => ports)));
      writeFileSync(file, JSON.stringify({ ...Object.fromEntries(others), [sandboxDir]: Object.values(chosen) }));
      return chosen;
    },
  );
}

async function choose(
  names: string[],
  remembered: Record<string, number>,
  isOurs: (process: string) => boolean,
  others: Set<number>,
): Promise<Record<string, number>> {
  const chosen: Record<string, number> = {};
  for (const name of names) {
    const before = remembered[name];
    const process = name.split("/")[0] ?? name;
    const isStillOurs = async (port: number) => isOurs(process) || (!others.has(port) && (await isFree(port)));
    if (before !== undefined && (await isStillOurs(before))) chosen[name] = before;
    else chosen[name] = await freePort(new Set([...others, ...Object.values(remembered), ...Object.values(chosen)]));
  }
  return chosen;
}

async function freePort(taken: Set<number>): Promise<number> {
  for (;;) {
    // At random, so that those of other users on this machine are rarely met.
    const port = first + Math.floor(Math.random() * (last - first));
    if (!taken.has(port) && (await isFree(port))) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

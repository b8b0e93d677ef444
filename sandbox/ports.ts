import { createServer } from "node:net";

// Below the range from which operating systems take ports for outgoing connections, which could be gone when needed.
const [first, last] = [20_000, 32_000];

/**
 * A port on 127.0.0.1 for each name: the remembered one while it is ours or free, else a free one.
 * @param names - `<process>` or `<process>/<purpose>`
 * @param remembered - ports of earlier starts
 * @param isOurs - whether the process of that name runs, and so holds its ports
 */
export async function choosePorts(
  names: string[],
  remembered: Record<string, number>,
  isOurs: (process: string) => boolean,
): Promise<Record<string, number>> {
  const chosen: Record<string, number> = {};
  for (const name of names) {
    const before = remembered[name];
    const process = name.split("/")[0] ?? name;
    if (before !== undefined && (isOurs(process) || (await isFree(before)))) chosen[name] = before;
    else chosen[name] = await freePort(new Set([...Object.values(remembered), ...Object.values(chosen)]));
  }
  return chosen;
}

async function freePort(taken: Set<number>): Promise<number> {
  for (;;) {
    // At random, so that two sandboxes that start at the same moment rarely want the same.
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

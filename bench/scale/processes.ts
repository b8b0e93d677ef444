import { readdirSync, readFileSync } from "node:fs";

/** A part of Pulumi's that runs as processes of its own. */
export type Part = "program" | "cli" | "plugins";

/** What the processes of one command took, by part. Empty where there is no /proc. */
export type Usage = Partial<Record<Part, { readonly cpuSeconds: number; readonly peakMb: number }>>;

const EVERY = 200;
/** Clock ticks of /proc/<pid>/stat in a second: on Linux always. */
const TICKS = 100;

interface Seen {
  readonly part: Part;
  cpuSeconds: number;
  peakMb: number;
}

/** Looks at a process and its descendants until it is told to stop, which gives what they took. What a process does in its last 0.2 s is missed. */
export function watchProcesses(pid: number): () => Usage {
  const seen = new Map<number, Seen>();
  const timer = setInterval(() => look(pid, seen), EVERY);
  return () => {
    clearInterval(timer);
    const usage: Usage = {};
    for (const { part, cpuSeconds, peakMb } of seen.values()) {
      const before = usage[part] ?? { cpuSeconds: 0, peakMb: 0 };
      usage[part] = { cpuSeconds: before.cpuSeconds + cpuSeconds, peakMb: before.peakMb + peakMb };
    }
    return usage;
  };
}

/** As Ctrl-C at a terminal does, which reaches all that a command runs: what this process runs, and so on. */
export function interruptAll(): void {
  for (const pid of below(process.pid).keys()) {
    try {
      if (pid !== process.pid) process.kill(pid, "SIGINT");
    } catch {
      // It has ended.
    }
  }
}

/** A process and its descendants, and the seconds of CPU that each has taken. */
function below(root: number): ReadonlyMap<number, number> {
  const all = new Map<number, { readonly parent: number; readonly cpuSeconds: number }>();
  for (const name of folders()) {
    const stat = read(`/proc/${name}/stat`);
    const fields = stat.slice(stat.lastIndexOf(") ") + 2).split(" ");
    const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / TICKS;
    all.set(Number(name), { parent: Number(fields[1]), cpuSeconds });
  }
  const isWithin = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === root || isWithin(all.get(pid)?.parent));
  return new Map([...all].filter(([pid]) => isWithin(pid)).map(([pid, { cpuSeconds }]) => [pid, cpuSeconds]));
}

function look(root: number, seen: Map<number, Seen>): void {
  for (const [pid, cpuSeconds] of below(root)) {
    const part = partOf(read(`/proc/${pid}/cmdline`).split("\0"));
    const [, kilobytes] = /^VmHWM:\s+(\d+)/m.exec(read(`/proc/${pid}/status`)) ?? [];
    if (part && kilobytes) seen.set(pid, { part, cpuSeconds, peakMb: Number(kilobytes) / 1024 });
  }
}

function partOf([command = "", ...args]: readonly string[]): Part | undefined {
  const name = command.split("/").at(-1)!;
  if (name === "pulumi") return "cli";
  if (name.startsWith("pulumi-") || args.some((arg) => /pulumi-(resource|language)-/.test(arg))) return "plugins";
  return args.some((arg) => /@pulumi\/pulumi\/cmd\/run(?![-\w])/.test(arg)) ? "program" : undefined;
}

function folders(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // It has ended.
    return "";
  }
}

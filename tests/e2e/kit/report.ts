import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json, TestSandbox } from "../../../sandbox/testing.ts";

/** Lines of a command's output, and of a log. */
const [OUTPUT_LINES, LOG_LINES] = [40, 8];
const WIDTH = 300;
const LOGS = {
  kro: /"level":"error"|ERROR/,
  "ack-dynamodb-controller": /./,
  "ack-eks-controller": /./,
  "kube-apiserver": /^[EF]\d{4}/,
};

/**
 * What a person needs to understand a failed test: the last commands, kro's instances and their children, the logs.
 *
 * @param from - where the logs were when the test began.
 */
export async function failureReport(sandbox: TestSandbox, from: Places): Promise<string> {
  const told = commands(sandbox);
  const parts = [told, await instances(sandbox).catch(String), logs(sandbox, from)];
  return parts
    .filter(Boolean)
    .join("\n")
    .split("\n")
    .map((line) => (line.length > WIDTH ? `${line.slice(0, WIDTH)}…` : line))
    .join("\n");
}

/** The last three commands but for kubectl's looks, with their config, and the output of those that failed, or of the last. */
function commands({ commands: { ran } }: TestSandbox): string {
  const told = ran.filter(({ line }) => !line.startsWith("kubectl get")).slice(-3);
  const failed = told.filter(({ code }) => code !== 0);
  const shown = failed.length > 0 ? failed : told.slice(-1);
  return told
    .map((one) => {
      const { line, began, ended, code, output } = one;
      const end = ended ? `exit code ${code} after ${((ended - began) / 1000).toFixed(1)} s` : "still running";
      const [, file] = /--config-file (\S+)/.exec(line) ?? [];
      const config = file && `  its config: ${read(file).replace(/\s+/g, " ")}`;
      const printed = shown.includes(one) && tail(output(), OUTPUT_LINES, "  | ");
      return [`$ ${line}`, config, `  ${end}`, printed].filter(Boolean).join("\n");
    })
    .join("\n");
}

/** Conditions of the RGDs, of every instance of kro, of its children and of their pods. */
async function instances(sandbox: TestSandbox): Promise<string> {
  const definitions = await list(sandbox, "resourcegraphdefinitions");
  const kinds = definitions.map(({ spec }) => `${spec!.schema!.kind}.${spec!.schema!.group ?? "kro.run"}`);
  const found = await Promise.all(kinds.map((kind) => list(sandbox, kind)));
  const children = "namespaces,tables.dynamodb.services.k8s.aws,configmaps,serviceaccounts,deployments,services";
  const owned = await list(sandbox, children, "-l", "kro.run/owned=true");
  const namespaces = new Set(owned.map(({ metadata }) => metadata!.namespace));
  const pods = (await list(sandbox, "pods")).filter(({ metadata }) => namespaces.has(metadata!.namespace));
  const all = [...definitions, ...found.flat(), ...owned, ...pods];
  return all.length === 0 ? "kro has no ResourceGraphDefinition" : all.map(describe).join("\n");
}

async function list(sandbox: TestSandbox, ...what: readonly string[]): Promise<Json[]> {
  const { code, stdout } = await sandbox.run("kubectl", ["get", ...what, "-A", "-o", "json"]);
  return code === 0 ? (JSON.parse(stdout).items as Json[]) : [];
}

function describe({ kind, metadata, status }: Json): string {
  const { namespace, name, deletionTimestamp, generation } = metadata!;
  const off = ((status?.conditions ?? []) as Json[]).filter(
    ({ type, status, observedGeneration }) =>
      (status as string) !== (/^ACK\.(Terminal|Recoverable)/.test(type as string) ? "False" : "True") ||
      (observedGeneration !== undefined && observedGeneration !== generation),
  );
  const waiting = ((status?.containerStatuses ?? []) as Json[]).flatMap(({ state }) => state?.waiting?.reason ?? []);
  const said = off.map(({ type, status, reason, message }) =>
    [`${type} is ${status}`, reason, message].filter(Boolean).join(": "),
  );
  const words = [status?.state ?? status?.phase, deletionTimestamp && "being deleted", ...waiting, ...said].filter(
    Boolean,
  );
  return `${kind} ${namespace ? `${namespace}/` : ""}${name}: ${words.join("; ") || "ok"}`;
}

/** How long each log is, by its path. */
type Places = ReadonlyMap<string, number>;

/** Where the logs are now: a report begins there. */
export const logPlaces = ({ folder }: TestSandbox): Places =>
  new Map(Object.keys(LOGS).map((part) => [part, read(logFile(folder, part)).length]));

const logFile = (folder: string, part: string): string => join(folder, "log", `${part}.log`);

const logs = ({ folder }: TestSandbox, from: Places): string =>
  Object.entries(LOGS)
    .filter(([part]) => existsSync(logFile(folder, part)))
    .map(([part, worthIt]) => {
      const file = logFile(folder, part);
      const text = read(file);
      // A part that was started again has a new log.
      const lines = text.slice(Math.min(from.get(part) ?? 0, text.length)).split("\n");
      const told = lines.filter((line) => line && worthIt.test(line));
      if (told.length === 0) return `${file}: nothing since the test began`;
      return `${file}, the last lines:\n${tail(told.join("\n"), LOG_LINES, "  | ")}`;
    })
    .join("\n");

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

const tail = (text: string, lines: number, prefix: string): string =>
  text
    .trimEnd()
    .split("\n")
    .slice(-lines)
    .map((line) => prefix + line)
    .join("\n");

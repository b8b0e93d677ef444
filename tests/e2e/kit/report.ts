import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestSandbox } from "../../../sandbox/testing.ts";
import type { Json } from "./cluster.ts";

/** Lines of a command's output, and of a log. */
const [OUTPUT_LINES, LOG_LINES] = [40, 8];
const WIDTH = 300;
const LOGS = { kro: /"level":"error"|ERROR/, "ack-dynamodb-controller": /./, "kube-apiserver": /^[EF]\d{4}/ };

/** What a person needs to understand a failed test: the last commands, kro's instances and their children, the logs. */
export async function failureReport(sandbox: TestSandbox): Promise<string> {
  const told = commands(sandbox);
  const parts = [told, await instances(sandbox).catch(String), logs(sandbox)];
  return parts
    .filter(Boolean)
    .join("\n")
    .split("\n")
    .map((line) => (line.length > WIDTH ? `${line.slice(0, WIDTH)}…` : line))
    .join("\n");
}

/** The last three commands but for kubectl's looks, the last one with its output. */
function commands({ commands: { ran } }: TestSandbox): string {
  const told = ran.filter(({ line }, i) => i === ran.length - 1 || !line.startsWith("kubectl get")).slice(-3);
  return told
    .map(({ line, began, ended, code, output }, i) => {
      const end = ended ? `exit code ${code} after ${((ended - began) / 1000).toFixed(1)} s` : "still running";
      const isOwn =
        !line.startsWith("kubectl get") && !told.slice(i + 1).some((next) => !next.line.startsWith("kubectl get"));
      return `$ ${line}\n  ${end}${isOwn ? `\n${tail(output(), OUTPUT_LINES, "  | ")}` : ""}`;
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

const logs = ({ folder }: TestSandbox): string =>
  Object.entries(LOGS)
    .map(([part, worthIt]) => {
      const file = join(folder, "log", `${part}.log`);
      const lines = read(file)
        .split("\n")
        .filter((line) => line && worthIt.test(line));
      return lines.length === 0
        ? `${file}: nothing`
        : `${file}, the last lines:\n${tail(lines.join("\n"), LOG_LINES, "  | ")}`;
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

import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { type Input, runtime } from "@pulumi/pulumi";
import { settle } from "../given.ts";
import { previousOutputs } from "../previousState.ts";
import { nothingChanged } from "../refusal.ts";
import { but } from "../rules/ruleAcross.ts";

/**
 * Refuses a kubeconfig or a context that isn't there: Pulumi's provider takes such a cluster for one that can't be reached
 * just now. A preview of a stack that has been updated before needs no cluster, and so neither of them.
 *
 * @throws Refusal (a rejection) that names the key. A secret is not shown.
 */
export async function checkKubeconfig(given: {
  readonly kubeconfig?: Input<string>;
  readonly context?: string;
}): Promise<void> {
  const secrets = new Set<string>();
  const kubeconfig = await settle(given.kubeconfig, secrets);
  if (kubeconfig !== undefined && typeof kubeconfig !== "string") return;
  const shown = kubeconfig !== undefined && (secrets.has(kubeconfig) || isContent(kubeconfig));
  const problem = await problemOf(kubeconfig, given.context, shown ? "[content]" : undefined);
  if (problem === undefined) return;
  if (runtime.isDryRun() && Object.keys(await previousOutputs()).length > 0) return;
  throw nothingChanged(problem);
}

/** The contexts of a kubeconfig's text, as kubectl, aws and the like write it; undefined where that can't tell. */
function contextsIn(text: string): string[] | undefined {
  try {
    const { contexts } = JSON.parse(text) as { readonly contexts?: readonly { readonly name: string }[] };
    return contexts?.map(({ name }) => name) ?? [];
  } catch {
    const [, section = "", indent = ""] = /^contexts:[ \t]*\n((?=( *)- )(?:[ -].*(?:\n|$))+)/m.exec(text) ?? [];
    const items = section.match(new RegExp(`^${indent}- `, "gm")) ?? [];
    const name = new RegExp(`^${indent}(?:- | {2})name: (?:"([^"\\\\]*)"|([^\\s"'&*|>{][^#]*?))[ \\t]*$`, "gm");
    const names = [...section.matchAll(name)];
    return names.length > 0 && names.length === items.length
      ? names.map(([, quoted, plain]) => (quoted ?? plain)!)
      : undefined;
  }
}

async function problemOf(
  kubeconfig: string | undefined,
  context: string | undefined,
  instead: string | undefined,
): Promise<string | undefined> {
  const files = kubeconfig === undefined ? usualFiles() : isContent(kubeconfig) ? [] : [pathOf(kubeconfig)];
  const there = files.filter(existsSync);
  const where = instead ?? kubeconfig ?? files.join(delimiter);
  const bad = (rule: string) =>
    instead
      ? `kubeconfig is ${instead}, but ${rule}`
      : but(kubeconfig === undefined ? "KUBECONFIG" : "kubeconfig", where, rule);
  if (kubeconfig === undefined && there.length === 0) {
    const rule = `there is no kubeconfig ${where} to have it: set kubeconfig, or KUBECONFIG, to one that is there`;
    return but("context", context, rule);
  }
  if (kubeconfig !== undefined && files.length > there.length) {
    return bad("there is no such file: set it to the path, or the content, of one that is there");
  }
  let text: string;
  try {
    text = files.length > 0 ? there.map((file) => readFileSync(file, "utf8")).join("\n") : (kubeconfig ?? "");
  } catch (error) {
    return bad(`it can't be read: ${(error as Error).message}`);
  }
  if (context === undefined) {
    if (/["']?current-context["']?\s*:\s*["']?[^\s"',}]/.test(text)) return undefined;
    return bad("it has no current-context: set context to one of its contexts, or kubeconfig to another");
  }
  let known = files.length > 1 ? undefined : contextsIn(text);
  try {
    // Only now, since it takes longer to load than all else: YAML has more ways to write a name, and files are merged.
    known ??= (await (await import("../../packages/live/index.ts")).findKubeConfig({}, { kubeconfig })).contexts.map(
      ({ name }) => name,
    );
  } catch (error) {
    return bad(`it can't be read: ${(error as Error).message.split("\n")[0]}`);
  }
  if (known.includes(context)) return undefined;
  const others = known.join(", ") || "none";
  return but(
    "context",
    context,
    `${where} has no such context, but ${others}: set context or kubeconfig, or KUBECONFIG`,
  );
}

const isContent = (kubeconfig: string): boolean => /[\n{]|^\w+:\s/.test(kubeconfig);

const pathOf = (kubeconfig: string): string => resolve(kubeconfig.replace(/^~(?=\/|$)/, homedir()));

/** @see https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/ */
const usualFiles = (): string[] =>
  process.env.KUBECONFIG
    ? process.env.KUBECONFIG.split(delimiter).filter(Boolean)
    : [join(homedir(), ".kube", "config")];

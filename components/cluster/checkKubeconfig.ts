import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { type Input, runtime } from "@pulumi/pulumi";
import { settle } from "../given.ts";
import { previousOutputs } from "../previousState.ts";
import { Refusal } from "../refusal.ts";
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
  throw new Refusal(`nothing was changed: ${problem}`);
}

/** A name in the text of a kubeconfig, in block or flow style, of whatever has one there. */
const NAMES = /["']?\bname["']?\s*:\s*(?:"([^"]*)"|'([^']*)'|([^\s,}\]#][^,}\]#\n]*))/g;

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
  const names = [...text.matchAll(NAMES)].map(([, double, single, plain]) => (double ?? single ?? plain)!.trim());
  if (names.includes(context)) return undefined;
  // Only now, since it takes a while to load: YAML has more ways to write a name.
  const { findKubeConfig } = await import("../../packages/live/index.ts");
  try {
    const { contexts } = await findKubeConfig({}, { kubeconfig });
    if (contexts.some(({ name }) => name === context)) return undefined;
    const known = contexts.map(({ name }) => name).join(", ") || "none";
    return but(
      "context",
      context,
      `${where} has no such context, but ${known}: set context or kubeconfig, or KUBECONFIG`,
    );
  } catch (error) {
    return bad(`it can't be read: ${(error as Error).message.split("\n")[0]}`);
  }
}

const isContent = (kubeconfig: string): boolean => /[\n{]|^\w+:\s/.test(kubeconfig);

const pathOf = (kubeconfig: string): string => resolve(kubeconfig.replace(/^~(?=\/|$)/, homedir()));

/** @see https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/ */
const usualFiles = (): string[] =>
  process.env.KUBECONFIG
    ? process.env.KUBECONFIG.split(delimiter).filter(Boolean)
    : [join(homedir(), ".kube", "config")];

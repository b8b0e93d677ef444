import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Account, account, emptyAccount } from "./account.ts";
import type { TestSandbox } from "./testSandbox.ts";

/** An object of the cluster that nothing else owns. */
interface Present {
  readonly kind: string;
  readonly group: string;
  readonly namespace: string;
  readonly name: string;
  /** Another where it was deleted and made again. */
  readonly uid: string;
  /** Empty where the API server counts none. */
  readonly generation: string;
}

interface Baseline {
  readonly objects: readonly Present[];
  readonly account: Account;
}

/** What the control plane makes and takes away by itself. */
const ITS_OWN_KINDS = new Set([
  ...["events", "events.events.k8s.io", "endpoints", "leases.coordination.k8s.io"],
  ...["apiservices.apiregistration.k8s.io", "ipaddresses.networking.k8s.io"],
]);
const ITS_OWN_NAMESPACES = new Set(["kube-system", "kube-public", "kube-node-lease"]);
const ITS_OWN_NAMES = new Set(["ConfigMap/kube-root-ca.crt", "ServiceAccount/default"]);
const key = ({ kind, group, namespace, name }: Present): string => [kind, group, namespace, name].join(" ");
const baselineFile = (sandbox: TestSandbox): string => join(sandbox.folder, "baseline.json");

/** Notes what a sandbox has that nobody has used yet: that is what {@link clean} leaves. */
export async function noteWhatIsThere(sandbox: TestSandbox): Promise<void> {
  const baseline: Baseline = { objects: await present(sandbox), account: await account(sandbox.env) };
  writeFileSync(baselineFile(sandbox), JSON.stringify(baseline));
}

/** Takes away everything that came since, and brings back what went or was changed. False where that can't be done. */
export async function clean(sandbox: TestSandbox): Promise<boolean> {
  if (!existsSync(baselineFile(sandbox))) return false;
  const baseline: Baseline = JSON.parse(readFileSync(baselineFile(sandbox), "utf8"));
  try {
    const processes = Object.values(sandbox.processes());
    for (const { pid } of processes) process.kill(pid, "SIGCONT");
    await deleteInstances(sandbox);
    const changed = await deleteSince(sandbox, baseline.objects);
    await emptyAccount(sandbox.env, baseline.account);
    if (changed) await bringBack(sandbox, baseline);
    return true;
  } catch (error) {
    console.log(`  ${(error as Error).message}`);
    return false;
  }
}

/** Instances first: kro takes their children down in order, and only while it has their RGD. */
async function deleteInstances(sandbox: TestSandbox): Promise<void> {
  const kinds = (await present(sandbox, "customresourcedefinitions", "-l", "kro.run/owned=true")).map(
    ({ name }) => name,
  );
  if (kinds.length > 0) await remove(sandbox, kinds.join(), "--all", "--all-namespaces");
  await remove(sandbox, "resourcegraphdefinitions", "--all");
}

/** Deletes what wasn't there, and what was and has been changed. Returns whether something is to be brought back. */
async function deleteSince(sandbox: TestSandbox, before: readonly Present[]): Promise<boolean> {
  const version = ({ uid, generation }: Present): string => `${uid} ${generation}`;
  const known = new Map(before.map((object) => [key(object), version(object)]));
  const now = await present(sandbox);
  // Where none was bound for a while, the API server no longer watches what they take their parameters from.
  const isPolicy = ({ group }: Present) => group === "admissionregistration.k8s.io";
  const isChanged = (object: Present) => known.get(key(object)) !== version(object);
  const changed = now.filter(isChanged);
  if (changed.some((object) => isPolicy(object) && known.has(key(object)))) throw new Error("a policy was changed");
  // A namespace takes what is in it along.
  const going = changed.filter(({ kind }) => kind === "Namespace").map(({ name }) => name);
  const single = changed.filter(({ namespace }) => !going.includes(namespace));
  for (const [type, some] of Object.entries(Object.groupBy(single, ({ kind, group }) => `${kind}.${group}`))) {
    for (const [namespace, them] of Object.entries(Object.groupBy(some!, (object) => object.namespace))) {
      await remove(
        sandbox,
        type.replace(/\.$/, ""),
        ...them!.map(({ name }) => name),
        ...(namespace ? ["-n", namespace] : []),
      );
    }
  }
  const left = new Set(now.filter((object) => !isChanged(object)).map(key));
  return before.some((object) => !left.has(key(object)));
}

async function bringBack(sandbox: TestSandbox, { objects }: Baseline): Promise<void> {
  const { env } = sandbox;
  await sandbox.start({ fresh: false });
  sandbox.env = env;
  const now = await present(sandbox);
  const missing = objects.filter((object) => !now.some((other) => key(other) === key(object)));
  if (missing.length > 0) throw new Error(`it lacks ${missing.map(key).join(", ")}`);
  writeFileSync(baselineFile(sandbox), JSON.stringify({ objects: now, account: await account(env) }));
}

/** Every object without an owner, or those that the arguments of `kubectl get` name. */
async function present(sandbox: TestSandbox, ...which: readonly string[]): Promise<Present[]> {
  const kinds = async () => {
    const stdout = await sandbox.cluster.kubectl("api-resources", "--verbs=list,delete", "-o", "name");
    return [
      stdout
        .split("\n")
        .filter((name) => name && !ITS_OWN_KINDS.has(name))
        .join(),
      "--all-namespaces",
    ];
  };
  const fields = ["kind", "apiVersion", "metadata.namespace", "metadata.name", "metadata.uid", "metadata.generation"];
  const line = [...fields, "metadata.ownerReferences"].map((field) => `{.${field}}`).join('{"\\t"}');
  const format = `jsonpath={range .items[*]}${line}{"\\n"}{end}`;
  const args = ["get", ...(which.length > 0 ? which : await kinds()), "--ignore-not-found", "-o", format];
  const stdout = await sandbox.cluster.kubectl(...args);
  return stdout.split("\n").flatMap((text) => {
    const [kind, apiVersion, namespace, name, uid, generation, owners] = text.split("\t");
    if (!kind || owners || ITS_OWN_NAMESPACES.has(namespace!) || ITS_OWN_NAMES.has(`${kind}/${name}`)) return [];
    const [, group = ""] = /^(.*)\//.exec(apiVersion!) ?? [];
    return [{ kind, group, namespace: namespace!, name: name!, uid: uid!, generation: generation! }];
  });
}

const remove = (sandbox: TestSandbox, ...what: readonly string[]) =>
  sandbox.cluster.kubectl("delete", ...what, "--ignore-not-found", "--timeout=40s");

import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { awkwardness } from "./awkward.ts";
import { output, run } from "./command.ts";
import { childEnvironment } from "./environment.ts";
import { requiredLabels } from "./namespaceLabels.ts";
import { nodes } from "./nodes.ts";
import type { Obtained } from "./obtain.ts";
import { clone, paths } from "./paths.ts";
import { stages } from "./podStages.ts";
import type { State } from "./state.ts";
import { until } from "./supervisor.ts";

/** Who did what, without the bodies. */
const auditPolicy = (reads: boolean) => ({
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [
    { level: "None", resources: [{ group: "coordination.k8s.io" }] },
    { level: "Metadata", verbs: ["create", "update", "patch", "delete", "deletecollection"] },
    { level: reads ? "Metadata" : "None" },
  ],
});

/** kubectl against the sandbox's API server, as its administrator. */
export class Cluster {
  private readonly kubectl: string;
  private readonly env: NodeJS.ProcessEnv;
  private readonly kubeletPort: number | undefined;
  private readonly awkward = awkwardness();
  private readonly nodes = nodes(this.awkward.nodes);

  constructor(kubectl: string, state: State) {
    this.kubectl = kubectl;
    this.env = childEnvironment(state);
    this.kubeletPort = state.ports.kwok;
  }

  /** Applies kro's permissions and the CRDs of kwok, kro and ACK, and waits until the API server serves these. */
  async applyDefinitions({ manifests, acks }: Obtained): Promise<void> {
    // What the docs tell users to apply, and no more than that.
    const documented = ["kro-permissions.yaml", ...(this.awkward.identity ? ["kro-permissions-identity.yaml"] : [])];
    const own = ["kro", join("authenticator", "manifests")].flatMap((folder) =>
      manifestsIn(join(clone, "sandbox", folder)),
    );
    await this.apply([...own, ...documented.map((name) => join(clone, "docs", name))]);
    const kwok = ["stages", "clusterportforwards"].map((kind) =>
      join(manifests.kwok ?? "", "crd", "bases", `kwok.x-k8s.io_${kind}.yaml`),
    );
    // ACK's controllers share some definitions: of two releases, that which comes last counts.
    const ofAck = [...acks].reverse().flatMap((controller) => controller.manifests.flatMap(manifestsIn));
    const files = [...kwok, ...manifestsIn(manifests.kro ?? ""), ...ofAck];
    const names = await this.apply(files);
    await this.do("wait", "--for=condition=Established", "--timeout=60s", ...names);
  }

  /** Applies the nodes, what becomes of pods there, the admission policies, and the ui of the retail store. */
  async applyObjects({ manifests }: Obtained): Promise<void> {
    const { podReadySeconds, namespaceLabels } = this.awkward;
    const policy = requiredLabels(namespaceLabels);
    const objects = [...this.nodes, ...stages(manifests.kwok ?? "", podReadySeconds), ...policy];
    const file = join(paths.manifests, "objects.json");
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }, null, 2));
    const folders = [join(clone, "sandbox", "podidentity", "manifests"), join(clone, "sandbox", "ui")];
    await this.apply([file, ...folders.flatMap(manifestsIn)]);
    // kwok says it of a new node only, and forwards ports there.
    const status = { daemonEndpoints: { kubeletEndpoint: { Port: this.kubeletPort } } };
    const patch = ["--subresource=status", "--type=merge", `--patch=${JSON.stringify({ status })}`];
    await Promise.all(this.nodes.map(({ metadata }) => this.do("patch", "node", metadata.name, ...patch)));
  }

  /** Waits until pods can run: the nodes are Ready, and the default service account there. */
  async ready(): Promise<void> {
    const path = '{.items[*].status.conditions[?(@.type=="Ready")].status}';
    await until("the nodes are Ready", async () => {
      const ready = await this.try("get", "node", "--selector=type=kwok", "-o", `jsonpath=${path}`);
      const account = await this.try("get", "serviceaccount", "default", "-n", "default", "-o", "name");
      const count = ready.split(" ").filter((status) => status === "True").length;
      return count >= this.nodes.length && account !== "";
    });
  }

  /** Waits, for a minute at most, until ACK and kro are content with what there is. */
  async settled(): Promise<void> {
    const every = ["--all", "--all-namespaces", "--timeout=60s"];
    await this.try("wait", "tables.dynamodb.services.k8s.aws", "--for=condition=ACK.ResourceSynced", ...every);
    await this.try("wait", "cartsstacks.kro.run", "--for=condition=Ready", ...every);
  }

  private async apply(files: string[]): Promise<string[]> {
    const args = ["apply", "--server-side", "--force-conflicts", "--field-manager=sandbox", "-o", "name"];
    return (await this.do(...args, ...files.map((file) => `--filename=${file}`))).trim().split("\n");
  }

  private do(...args: string[]): Promise<string> {
    return output(this.kubectl, args, { env: this.env, timeout: 90 });
  }

  private async try(...args: string[]): Promise<string> {
    const { code, stdout } = await run(this.kubectl, args, { env: this.env, timeout: 90 });
    return code === 0 ? stdout.trim() : "";
  }
}

/** Writes what the API server reads at its start. */
export function writeAuditPolicy(): void {
  mkdirSync(paths.manifests, { recursive: true });
  writeFileSync(
    join(paths.manifests, "audit-policy.json"),
    JSON.stringify(auditPolicy(awkwardness().auditsReads), null, 2),
  );
}

function manifestsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => /\.(ya?ml|json)$/.test(name) && name !== "kustomization.yaml");
  return files.map((name) => join(folder, name));
}

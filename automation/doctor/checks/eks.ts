import { isIP } from "node:net";
import { NotChecked, ok, unknown, warn, wrong } from "../finding.ts";
import { isTrue } from "../ground.ts";
import type { Probe } from "../probe.ts";

/** Whether EKS has the cluster, and it is ACTIVE. */
export const eksCluster: Probe = {
  id: "eks-cluster",
  topic: "EKS",
  wanted: "the cluster is there, and ACTIVE",
  async look({ eks, eksName, platform, setting }) {
    const [name, region, found] = [eksName(), await platform.region(), await eks()];
    if (found) {
      const text = `${name} in ${region}: ${found.status}, Kubernetes ${found.version}`;
      return found.status === "ACTIVE" || found.status === "UPDATING"
        ? ok(text)
        : wrong(text, "wait until it is ACTIVE: `aws eks describe-cluster` says what keeps it");
    }
    if (isTrue(setting("createCluster"))) return ok(`${name} is not in ${region} yet: \`carts up\` makes it`);
    return wrong(
      `there is no EKS cluster ${name} in ${region}`,
      "set clusterName, or aws:region, to that of one (`aws eks list-clusters`), or createCluster to have it made",
    );
  },
};

/** Whether the kubeconfig leads to that very cluster: with two, the association would be of one, and the pods in the other. */
export const sameCluster: Probe = {
  id: "same-cluster",
  topic: "EKS",
  wanted: "the kubeconfig leads to that cluster",
  async look({ eks, eksName, kubeConfig }) {
    const config = await kubeConfig().catch((error) => {
      if (error instanceof NotChecked) throw error;
      throw new NotChecked("the kubeconfig can't be used", "see the finding api-server", error);
    });
    const name = eksName();
    const { server = "", caData, caFile } = config.getCurrentCluster() ?? {};
    const found = await eks();
    if (!found) throw new NotChecked(`there is no EKS cluster ${name}`, "see the finding eks-cluster");
    const context = `context ${config.getCurrentContext()}`;
    if (addressOf(server) === addressOf(found.endpoint ?? "")) return ok(`${context}: ${server}`);
    const two = `${context} leads to ${server}, and ${name} is ${found.endpoint}`;
    const authority = caData ?? (caFile && (await readAsBase64(caFile)));
    if (authority === undefined) {
      return warn(
        `${two}; the kubeconfig trusts no authority by which they could be told apart`,
        "see that both are one: a tunnel to it with `certificate-authority-data` of EKS would tell",
      );
    }
    if (!found.certificateAuthority?.data) return unknown(`${two}; EKS names no authority`, "see that both are one");
    if (sameText(authority, found.certificateAuthority.data)) return ok(`${context}: ${server}, another address of it`);
    return wrong(
      `${two}: two clusters`,
      `\`aws eks update-kubeconfig --name ${name}\` makes a context of that one, for \`context\` or --context; or set clusterName to the other's name`,
    );
  },
};

const addressOf = (url: string): string => {
  const parsed = URL.parse(url);
  if (!parsed) return url;
  const port = parsed.port || (parsed.protocol === "http:" ? "80" : "443");
  const host = isIP(parsed.hostname) === 0 ? parsed.hostname.toLowerCase() : parsed.hostname;
  return `${host}:${port}`;
};

const sameText = (a: string, b: string): boolean => decoded(a) === decoded(b);
const decoded = (text: string): string => Buffer.from(text, "base64").toString("utf8").replace(/\s+/g, "");

async function readAsBase64(file: string): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  return (await readFile(file)).toString("base64");
}

import { FOLLOWED, kroDeployments, kroVersion as versionOf } from "../../../packages/kro-preview/index.ts";
import { ok, unknown, warn, wrong } from "../finding.ts";
import type { Probe } from "../probe.ts";
import { capabilityOf } from "./kroIdentity.ts";
import { runningOf } from "./running.ts";

const DEFINITION = { apiVersion: "kro.run/v1alpha1", kind: "ResourceGraphDefinition" };
export const KRO_INSTALL =
  "install kro: `controllers` brings it (docs/clusters.md), or its EKS capability or Helm chart by hand";

/** Whether the API server knows kro's own kind. */
export const kroInstalled: Probe = {
  id: "kro-installed",
  topic: "kro",
  wanted: `the API server serves ${DEFINITION.kind} (${DEFINITION.apiVersion})`,
  async look({ cluster }) {
    const plural = await (await cluster()).pluralOf(DEFINITION);
    return plural === undefined ? wrong("it does not: there is no kro", KRO_INSTALL) : ok("served");
  },
};

/** Whether kro runs: in the cluster, or as an EKS capability. */
export const kroRunning: Probe = {
  id: "kro-running",
  topic: "kro",
  wanted: "a Deployment that is available, or an ACTIVE capability",
  look: async (ground) =>
    runningOf(await kroDeployments(await ground.cluster()), () => capabilityOf(ground, "KRO"), "kro", KRO_INSTALL),
};

/** Which kro the cluster has, and whether previews follow it. */
export const kroVersion: Probe = {
  id: "kro-version",
  topic: "kro",
  wanted: `${FOLLOWED}, which previews follow`,
  async look(ground) {
    const found = await versionOf(await ground.cluster());
    const capability = found ? undefined : await capabilityOf(ground, "KRO").catch(() => undefined);
    const version = found?.version ?? /^v?(\d+\.\d+\.\d+)/.exec(capability?.version ?? "")?.[1];
    const by = found?.by ?? "by its EKS capability";
    if (version === undefined) {
      return unknown(
        "nothing tells: no Deployment of it says, and it has written no GraphRevision yet",
        "it is told once kro has accepted an RGD",
      );
    }
    const text = `${version}, ${by}`;
    const isSame = version.split(".").slice(0, 2).join(".") === FOLLOWED.split(".").slice(0, 2).join(".");
    return isSame ? ok(text) : warn(text, `use kro ${FOLLOWED}: another one may do otherwise than previews say`);
  },
};

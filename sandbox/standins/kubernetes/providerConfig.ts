import { isDeepStrictEqual } from "node:util";
import type { CheckFailure, CheckRequest, DiffRequest } from "../plugin/resourceProvider.ts";
import { isProperties, type Properties, unknownValue } from "../plugin/values.ts";
import { messageOf } from "./apiError.ts";
import { type AccessOverrides, activeCluster } from "./clusterAccess.ts";
import type { Mutability } from "./forceNew.ts";
import { parseKubeconfig } from "./kubeconfig.ts";
import { StandInError } from "./standInError.ts";

/** The provider's arguments, each from its own argument or else from its environment variable. */
export interface ProviderConfig extends Mutability {
  /** A path, or the content itself; empty for the default kubeconfig. */
  readonly kubeconfig: string;
  readonly overrides: AccessOverrides;
  readonly upsertExistingObjects: boolean;
  readonly enablePatchForce: boolean;
  readonly deleteUnreachable: boolean;
  readonly skipUpdateUnreachable: boolean;
}

/** Reads the arguments of https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/#inputs */
export function readProviderConfig(args: Properties): ProviderConfig {
  const flag = (name: string, variable: string, otherwise = false): boolean => {
    const value = args[name] ?? process.env[variable];
    return value === undefined ? otherwise : String(value) === "true";
  };
  for (const name of ["renderYamlToDirectory", "rejectUnknownResources"]) {
    if (args[name] && String(args[name]) !== "false")
      throw new StandInError(`the provider argument ${name} is not implemented`);
  }
  if (!flag("enableServerSideApply", "PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY", true)) {
    throw new StandInError("enableServerSideApply: false (client-side apply) is not implemented");
  }
  return {
    kubeconfig: kubeconfigText(args),
    overrides: {
      context: text(args, "context"),
      cluster: text(args, "cluster"),
      namespace: text(args, "namespace"),
    },
    upsertExistingObjects: flag("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    enablePatchForce: flag("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
    deleteUnreachable: flag("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
    skipUpdateUnreachable: flag("skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"),
    configMapMutable: flag("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
    secretMutable: flag("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
  };
}

/** The arguments that contradict each other, or the strict mode of the project. */
export function configFailures({ urn, inputs }: CheckRequest): CheckFailure[] {
  const strict = inputs.strictMode ?? projectConfig().strictMode;
  if (strict === "true") {
    const failures: CheckFailure[] = [];
    if (urn.split("::").at(-1)?.startsWith("default")) {
      failures.push({ property: "", reason: "strict mode prohibits default provider" });
    }
    for (const property of ["kubeconfig", "context"]) {
      if (inputs[property]) continue;
      failures.push({ property, reason: `strict mode requires Provider "${property}" argument` });
    }
    if (failures.length > 0) return failures;
  }
  const always = inputs.alwaysRender === true || inputs.alwaysRender === "true";
  if (!always || inputs.renderYamlToDirectory) return [];
  return [{ property: "alwaysRender", reason: '"alwaysRender" requires "renderYamlToDirectory" to be set' }];
}

/** Which arguments changed, and which of these mean another cluster, so that everything in it must be made anew. */
export function configChanges({ oldInputs, inputs }: DiffRequest): { changed: string[]; replacing: string[] } {
  const keys = [...new Set([...Object.keys(oldInputs), ...Object.keys(inputs)])];
  const changed = keys.filter((key) => !isDeepStrictEqual(oldInputs[key], inputs[key]));
  if (changed.length === 0) return { changed, replacing: [] };
  const identifier = inputs.clusterIdentifier ?? undefined;
  const oldIdentifier = oldInputs.clusterIdentifier ?? undefined;
  const sameCluster = identifier !== undefined && identifier === oldIdentifier;
  const otherCluster = identifier !== undefined && oldIdentifier !== undefined && !sameCluster;
  const replacing = otherCluster ? ["clusterIdentifier"] : [];
  const accessKeys = ["kubeconfig", "context", "cluster"];
  const notKnownYet = accessKeys.find((key) => inputs[key] === unknownValue);
  if (notKnownYet) return { changed: [notKnownYet], replacing: sameCluster ? [] : [...replacing, notKnownYet] };

  const before = clusterOf(oldInputs);
  const after = clusterOf(inputs);
  if (before && after && !isDeepStrictEqual(before, after)) {
    replacing.push(...accessKeys.filter((key) => changed.includes(key)));
  }
  return { changed, replacing: sameCluster ? [] : replacing };
}

function clusterOf(args: Properties) {
  try {
    const { context, cluster } = args as Record<string, string | undefined>;
    return activeCluster(parseKubeconfig(kubeconfigText(args)), { context, cluster });
  } catch (error) {
    throw new Error(`failed to parse kubeconfig: ${messageOf(error)}`);
  }
}

function kubeconfigText({ kubeconfig }: Properties): string {
  if (isProperties(kubeconfig)) return JSON.stringify(kubeconfig);
  return typeof kubeconfig === "string" ? kubeconfig : "";
}

function text(args: Properties, name: string): string | undefined {
  const value = args[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The stack's config of the package, which the engine hands to its plugins. */
function projectConfig(): Record<string, unknown> {
  try {
    return JSON.parse(process.env.PULUMI_CONFIG || "{}") as Record<string, unknown>;
  } catch {
    return {};
  }
}

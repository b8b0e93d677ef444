/** Where the ui's calls of the carts service go. */
export interface Route {
  /** The container of the Deployment. */
  readonly container: string;
  /** The environment variable that says where the carts service is. */
  readonly variable: string;
  /** URL of the carts service. */
  readonly endpoint: string;
}

/** A Deployment as it is in the cluster, as far as it matters to a route. */
export interface LiveDeployment {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly generation?: number;
    readonly managedFields?: readonly { readonly manager?: string; readonly fieldsV1?: unknown }[];
  };
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly Container[] } } };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
  };
  /** The name under which Pulumi applied its patch. */
  readonly __fieldManager?: string;
}

interface Container {
  readonly name: string;
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name?: string } }[];
}

/** Whether the Deployment has the route, and every pod of it. */
export function hasRoute(
  { metadata, spec, status }: LiveDeployment,
  { container, variable, endpoint }: Route,
): boolean {
  const { env } = spec.template.spec.containers.find(({ name }) => name === container) ?? {};
  const isTrue = (type: string) => status?.conditions?.find((condition) => condition.type === type)?.status === "True";
  const rolledOut =
    status?.conditions?.some(({ reason }) => reason === "NewReplicaSetAvailable") && isTrue("Available");
  const current = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  return rolledOut === true && current && env?.find(({ name }) => name === variable)?.value === endpoint;
}

/**
 * Why a Deployment can't be given a route, and what to do, or undefined.
 *
 * @param own - the field manager of this stack's route, if it has one.
 */
export function routeProblem(live: LiveDeployment, route: Route, own: string | undefined): string | undefined {
  const { metadata, spec } = live;
  const { variable } = route;
  const title = `the Deployment ${metadata.name} of namespace ${metadata.namespace}`;
  const { containers } = spec.template.spec;
  const container = containers.find(({ name }) => name === route.container);
  if (!container) {
    const others = containers.map(({ name }) => name).join(", ");
    return `${title} has no container ${route.container}, but ${others}: set ui.container`;
  }
  const entry = container.env?.find(({ name }) => name === variable);
  const others = owners(live, route).filter((manager) => manager !== own);
  if (!entry || entry.value === route.endpoint || others.length === 0) return undefined;

  const place = `-n ${metadata.namespace}`;
  const remove = `kubectl set env deployment/${metadata.name} ${place} -c ${container.name} ${variable}-`;
  const value = entry.value === undefined ? "from elsewhere (valueFrom)" : `to "${entry.value}"`;
  const why =
    `${title} itself sets ${variable}, ${value} (field manager ${others.join(", ")}); ` +
    "to take that over would lose it, and nothing could put it back later.";
  const configMap = container.envFrom?.map(({ configMapRef }) => configMapRef?.name).find(Boolean);
  if (configMap === undefined || entry.value === undefined) {
    return `${why} Remove the entry first, and set it again yourself when the ui is routed back: ${remove}`;
  }
  const patch = JSON.stringify({ data: { [variable]: entry.value } });
  return (
    `${why} Move it to the ConfigMap ${configMap}, which the container reads as well, and from where it comes back by itself:\n` +
    `  kubectl patch configmap ${configMap} ${place} --type merge -p '${patch}'\n  ${remove}`
  );
}

/** The field managers that set the variable. */
function owners({ metadata }: LiveDeployment, { container, variable }: Route): string[] {
  const key = (name: string) => `k:${JSON.stringify({ name })}`;
  const path = ["f:spec", "f:template", "f:spec", "f:containers", key(container), "f:env", key(variable)];
  const sets = (fields: unknown): boolean => {
    const entry = path.reduce<unknown>((inner, step) => (inner as Record<string, unknown>)?.[step], fields) as object;
    return entry !== undefined && ("f:value" in entry || "f:valueFrom" in entry);
  };
  return (metadata.managedFields ?? []).filter(({ fieldsV1 }) => sets(fieldsV1)).map(({ manager = "?" }) => manager);
}

import { hasOwnConditions, type KubernetesObject, render, type Value } from "../../../packages/kro/index.ts";
import { attempt, type PlannedInstance } from "../../../packages/kro-preview/index.ts";
import { INSTANCE_LABELS, type Target } from "../../../packages/live/index.ts";
import { credentialUsers } from "./credentialUsers.ts";
import type { FollowedChild, FollowedInstance, FollowedObject } from "./progress.ts";

/** The instance of a step, and the children that the RGD makes of it. */
export function followedInstance(
  { id, before, after, definition }: PlannedInstance,
  associations: ReadonlySet<string>,
  note: (text: string) => void,
): FollowedInstance {
  const { apiVersion, kind, metadata } = (after ?? before)!;
  const made = (definition.after ?? definition.before)!;
  const rendering = attempt(() => render(made, (after ?? before)!));
  if (rendering instanceof Error) note(`The children of ${id} can't be shown: ${rendering.message}.`);
  const children = rendering instanceof Error ? [] : rendering.children;
  return {
    apiVersion,
    kind,
    namespace: metadata.namespace,
    name: metadata.name,
    credentialUsers: credentialUsers(children, associations),
    ...(hasOwnConditions(made) && { ownConditions: true }),
    children: children.flatMap(({ node, wave, object }): FollowedChild[] => {
      const { name, namespace } = object.metadata;
      if (typeof name !== "string" || (namespace !== undefined && typeof namespace !== "string")) return [];
      const podLabels = podLabelsOf(object);
      return [
        {
          apiVersion: object.apiVersion,
          kind: object.kind,
          name,
          namespace,
          node,
          wave,
          ...(podLabels && { podLabels }),
        },
      ];
    }),
  };
}

/** Of a Deployment, as far as they are known. */
function podLabelsOf({ kind, spec }: KubernetesObject): Readonly<Record<string, string>> | undefined {
  const { selector } = (spec ?? {}) as {
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, Value>> };
  };
  const labels = Object.entries(selector?.matchLabels ?? {}).filter(([, value]) => typeof value === "string");
  return kind === "Deployment" ? (Object.fromEntries(labels) as Record<string, string>) : undefined;
}

/** What kro puts on every child. */
const OF_KRO = { [INSTANCE_LABELS.name]: true } as const;

/** An instance itself, as it is followed. */
export const targetOf = ({ apiVersion, kind, namespace, name }: FollowedObject): Target => ({
  apiVersion,
  kind,
  namespace,
  name,
});

/** The instance and its children, and what tells more of them: pods, and Events of every namespace among them. */
export function targetsOf(instance: FollowedInstance): Target[] {
  const { children } = instance;
  const core = (kind: string, namespace: string | undefined): Target => ({ apiVersion: "v1", kind, namespace });
  const namespaces = [...new Set(children.flatMap(({ namespace }) => namespace ?? []))];
  return [
    targetOf(instance),
    ...children.map((child) => ({ ...targetOf(child), labels: OF_KRO })),
    ...children
      .filter(({ kind }) => kind === "Deployment")
      .map(({ namespace, podLabels }) => ({ ...core("Pod", namespace), ...(podLabels && { labels: podLabels }) })),
    ...namespaces.map((namespace) => core("Event", namespace)),
  ];
}

import { isDeepStrictEqual } from "node:util";
import { type KubernetesObject, titleOf } from "../../packages/kro/index.ts";
import { INSTANCE_LABELS } from "../../packages/live/index.ts";
import type { Children } from "./children.ts";

/**
 * Deployments that kro could not change.
 *
 * @param recreate - whether they may be made anew.
 */
export function selectorVerdict(children: readonly Children[], recreate: boolean) {
  const others = children.flatMap(({ taken }) =>
    taken.filter(
      ({ child, live }) => child.kind === "Deployment" && !isDeepStrictEqual(selectorOf(child), selectorOf(live)),
    ),
  );
  const line = ({ live }: (typeof others)[number]) => `${titleOf(live)} has the selector ${labels(selectorOf(live))}`;
  return {
    refused: recreate
      ? []
      : others.map(
          (one) =>
            `${line(one)}, kro would apply ${labels(selectorOf(one.child))}, and a selector can't be changed: kro would be stuck. ` +
            "--recreate-deployments has it deleted and made anew, which stops the service until the new pods are ready",
        ),
    notes: recreate
      ? others.map(
          (one) =>
            `${line(one)}, which can't be changed: it is deleted, and kro makes it anew with ${labels(selectorOf(one.child))}`,
        )
      : [],
    recreate: recreate ? others.map(({ live }) => live) : [],
  };
}

const selectorOf = ({ spec }: KubernetesObject): unknown =>
  (spec as { readonly selector?: { readonly matchLabels?: object } } | undefined)?.selector?.matchLabels;

const labels = (selector: unknown): string =>
  Object.entries(Object(selector))
    .map(([key, value]) => `${key}=${value}`)
    .join(",");

/** Objects of ACK's that go, and must leave their table. */
export function tableVerdict(children: readonly Children[]) {
  const all = children.flatMap(({ table, otherTables }) => otherTables.map((one) => ({ ...one, table })));
  return {
    notes: all.map(
      ({ live, table, isOfInstance }) =>
        `${titleOf(live)} is for the DynamoDB table ${table} under another name than the stack's: it gets the deletion policy retain, and ` +
        `${isOfInstance ? "kro" : "adopt"} deletes it once the stack's has the table, which stays as it is`,
    ),
    retain: all.map(({ live }) => live),
    remove: all.filter(({ isOfInstance }) => !isOfInstance).map(({ live }) => live),
  };
}

/** What kro has made of another instance is that one's. */
export const foreignChildren = ({ instance, taken, otherTables }: Children): string[] =>
  [...taken, ...otherTables].flatMap(({ live }) => {
    const { [INSTANCE_LABELS.namespace]: namespace, [INSTANCE_LABELS.name]: name } = live.metadata.labels ?? {};
    return name === undefined || `${namespace}/${name}` === instance
      ? []
      : [`${titleOf(live)} is of the instance ${namespace}/${name}: kro would take it from that one for ${instance}`];
  });

/** A namespace in which nothing is what the instance makes is somebody else's, and goes with the instance. */
export function strangeNamespace({ instance, isThere, taken }: Children): string[] {
  const namespace = taken.find(({ child }) => child.kind === "Namespace")?.live;
  return isThere || !namespace || taken.length > 1
    ? []
    : [
        `${titleOf(namespace)} exists, and has nothing in it that ${instance} makes: it would be taken over, and deleted with the ` +
          "instance and everything in it. Set namespace to another name, or delete it first",
      ];
}

/** Without an instance nothing of kro's was there. */
export const takeoverNote = ({ instance, isThere, taken }: Children): string[] =>
  isThere || taken.length === 0
    ? []
    : [
        `kro takes over for ${instance}, and deletes with it: ${taken.map(({ live }) => titleOf(live)).join(", ")}. ` +
          "With a namespace goes all that is in it",
      ];

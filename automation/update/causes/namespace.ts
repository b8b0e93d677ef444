import { titleOf } from "../../../packages/kro/index.ts";
import { type LiveObject, remainingIn } from "../../../packages/live/index.ts";
import { type Cause, type Evidence, inline } from "./cause.ts";
import { letGo } from "./letGo.ts";

/** A namespace that goes away keeps everything from being made in it. */
export function namespaceCause({ objects }: Evidence): Cause | undefined {
  const namespace = objects.find(({ kind, metadata }) => kind === "Namespace" && metadata.deletionTimestamp);
  return namespace && terminatingCause(namespace);
}

/** What holds a namespace that goes away, and how to see to it. */
export function terminatingCause(namespace: LiveObject): Cause {
  const title = titleOf(namespace);
  const said = remainingIn(namespace).map(inline);
  const finalizers = namespace.metadata.finalizers ?? [];
  const held = [...said, ...(finalizers.length > 0 ? [`its finalizers ${finalizers.join(", ")}`] : [])];
  const why = held.length > 0 ? ` It is held by: ${held.join("; ")}.` : "";
  const advice = [
    ...adviceFor(namespace.metadata.name, said.join(" ")),
    ...finalizers.map(
      (one) => ` If whoever put ${one} there is gone for good, ${letGo(namespace, one)} lets go of it.`,
    ),
  ].join("");
  const message = `${title} is being deleted, and nothing can be made in it until it is gone.${why}${advice} Run this again then.`;
  return { name: "namespace-terminating", object: title, message };
}

/** What to look at of what the namespace controller says, which names kinds, and not objects. */
function adviceFor(namespace: string, said: string): string[] {
  const kinds = [...said.matchAll(/([\w.-]+?)\.? has \d+ resource instances/g)].map(([, kind]) => kind);
  const services = [...said.matchAll(/([\w-]+(?:\.[\w-]+)+)\/(v\w+): /g)].map(
    ([, group, version]) => `${version}.${group}`,
  );
  const columns = "custom-columns=KIND:.kind,NAME:.metadata.name,FINALIZERS:.metadata.finalizers";
  return [
    ...(kinds.length > 0
      ? [` \`kubectl get ${kinds.join()} -n ${namespace} -o ${columns}\` names them, and who must let go of them.`]
      : []),
    ...[...new Set(services)].map(
      (name) =>
        ` \`kubectl get apiservice ${name}\` says why that API does not answer; if nobody serves it any more, \`kubectl delete apiservice ${name}\`.`,
    ),
  ];
}

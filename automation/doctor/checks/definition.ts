import { kroHealth } from "../../../packages/live/index.ts";
import { ok, warn, wrong } from "../finding.ts";
import type { Probe } from "../probe.ts";

/** The RGD that the cluster has: whose it is, which one, and whether kro serves it. */
export const definition: Probe = {
  id: "definition",
  topic: "API",
  wanted: "the RGD is this stack's or another's that is used, of this version, and Ready",
  async look(ground) {
    const {
      API_VERSION,
      DEFINITION_NAME: name,
      OWNER,
      originOf,
      revision,
      revisionOf,
    } = await import("../../../components/index.ts");
    const kind = "ResourceGraphDefinition";
    const { stack, setting } = ground;
    const isMade = String(setting("createDefinition") ?? true) === "true";
    const live = await (await ground.cluster()).get({ apiVersion: API_VERSION, kind, name });
    if (!live) {
      if (isMade) return ok(`${kind} ${name}: not there yet, \`carts up\` makes it`);
      return wrong(
        `createDefinition is false, and there is no ${kind} ${name}`,
        "bring up the stack first that makes it",
      );
    }
    const { annotations } = live.metadata;
    const own = stack?.managed?.resources.some(
      ({ type, id }) => type.endsWith(`:${kind}`) && id.split("/").at(-1) === name,
    );
    const found = revisionOf(live.spec ?? {});
    const isSame = found === revision;
    const which = `revision ${found}${isSame ? ", this version's" : `, and this version's is ${revision}`}`;
    const { isReady, found: state } = kroHealth(live);
    const text = `${own ? "this stack's own" : originOf(annotations)}\n${which}\n${state}`;
    const describe = `\`kubectl describe rgd ${name}\``;
    if (!isReady) return wrong(text, `kro does nothing for its instances: ${describe} says why; its owner mends it`);
    if (stack?.managed && isMade && !own && !annotations?.[OWNER]?.endsWith(`/${stack.project}/${stack.name}`)) {
      return wrong(text, "set createDefinition to false to use it as it is, or have it handed over: docs/behaviour.md");
    }
    if (isSame || stack === undefined) return ok(text);
    return own && isMade
      ? warn(text, "`carts up` brings it to this version; `carts preview` shows what that does to every instance")
      : warn(text, "what differs, `carts preview` says: its owner brings it to this version");
  },
};

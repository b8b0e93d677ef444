import { type Definition, instanceGvk } from "../../../packages/kro/index.ts";
import { holdOf, refusedBefore } from "../../hold/index.ts";
import { ok, warn } from "../finding.ts";
import type { Probe } from "../probe.ts";

/** How many are named. */
const NAMED = 5;

/** Whether kro brings about every instance of the API. */
export const held: Probe = {
  id: "held",
  topic: "API",
  wanted: "no rollout is unfinished, and no instance is suspended",
  async look(ground) {
    const { API_VERSION, DEFINITION_NAME: name } = await import("../../../components/index.ts");
    const cluster = await ground.cluster();
    const live = await cluster.get({ apiVersion: API_VERSION, kind: "ResourceGraphDefinition", name });
    if (!live) return ok(`there is no ResourceGraphDefinition ${name}`);
    const instances = await cluster.list(instanceGvk(live as unknown as Definition));
    const holds = [live, ...instances].flatMap((object) => holdOf(object) ?? []);
    const before = refusedBefore(live);
    const refused = before ? [`a definition was gone back from: ${before.text}`] : [];
    if (holds.length === 0) return ok([`none of ${instances.length}`, ...refused].join("\n"));
    const more = holds.length > NAMED ? [`and ${holds.length - NAMED} more`] : [];
    const lines = holds.slice(0, NAMED).map(({ text }) => text);
    return warn(
      [...lines, ...more, ...refused].join("\n"),
      holds.some(({ isOurs }) => isOurs)
        ? "`carts rollout --resume` or `carts rollout --back`, on the stack that makes the RGD"
        : "whoever has suspended them takes the annotation away",
    );
  },
};

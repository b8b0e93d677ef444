import type { LiveObject } from "../liveObject.ts";
import { conditionsOf } from "./condition.ts";

export const isActive = ({ status }: LiveObject): boolean => status?.phase === "Active";

/** What keeps a Namespace that is being deleted, in its own words; empty when it does not say. */
export const remainingIn = (namespace: LiveObject): string[] =>
  conditionsOf(namespace)
    .filter(({ type, status }) => /Remaining$|Failure$/.test(type) && status === "True")
    .flatMap(({ message }) => message ?? []);

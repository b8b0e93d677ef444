import { basename, dirname, join } from "node:path";
import { identityOf, type KubernetesObject, titleOf } from "../../kro/index.ts";
import { fieldChanges } from "../fieldChanges.ts";
import { parseYaml } from "../sources/kubernetesYaml.ts";
import { slugOf } from "./readFixture.ts";
import type { Failure } from "./result.ts";

/** The folder of those snapshots of a test file that have no path of their own: `shop.snapshots` of `shop.test.yaml`. */
export const snapshotFolder = (file: string): string =>
  join(dirname(file), `${basename(file).replace(/(\.test)?\.(ya?ml|json)$/, "")}.snapshots`);

/** Where a test's snapshot is. */
export const snapshotPath = (file: string, name: string, snapshot: string | true): string =>
  snapshot === true ? join(snapshotFolder(file), `${slugOf(name)}.yaml`) : join(dirname(file), snapshot);

/** What differs between a snapshot and what kro makes now, object by object. */
export function snapshotFailures(path: string, before: string, now: string): Failure[] {
  if (before === now) return [];
  const remedy = `--update writes ${path} anew`;
  const [old, next] = [objectsIn(before), objectsIn(now)];
  if (!old) return [{ message: `snapshot: ${path} holds no Kubernetes objects: ${remedy}` }];
  const failures = [...new Set([...old.keys(), ...next!.keys()])].flatMap((id): Failure[] => {
    const [a, b] = [old.get(id), next!.get(id)];
    if (!a) return [{ message: `snapshot: ${titleOf(b!)} is new` }];
    if (!b) return [{ message: `snapshot: ${titleOf(a)} is not made any more` }];
    const fields = fieldChanges(a, b);
    return fields.length > 0 ? [{ message: `snapshot: ${titleOf(a)} differs`, fields }] : [];
  });
  return failures.length > 0
    ? [...failures, { message: `snapshot: if that is meant, ${remedy}` }]
    : [
        {
          message: `snapshot: the objects of ${path} are the same, but not their order, comments or layout: ${remedy}`,
        },
      ];
}

/** A snapshot's objects by what tells them apart; undefined for a text that has none. */
function objectsIn(text: string): Map<string, KubernetesObject> | undefined {
  const objects = parseYaml(text).map(({ value }) => value as KubernetesObject | undefined);
  if (objects.some((object) => typeof object?.metadata !== "object")) return undefined;
  return new Map((objects as KubernetesObject[]).map((object) => [identityOf(object), object]));
}

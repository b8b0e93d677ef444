import { kubectl } from "./kit/index.ts";

/** An object as the API server has it. */
export interface LiveObject {
  readonly metadata: { readonly uid: string; readonly generation?: number; readonly name: string };
  readonly [key: string]: unknown;
}

/** What the API server has of an object, or undefined. */
export async function live({ apiVersion, kind, namespace, name }: Identity): Promise<LiveObject | undefined> {
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  const type = group ? `${kind}.${version}.${group}` : kind;
  const place = namespace ? ["-n", namespace] : [];
  const found = await kubectl("get", type, name, ...place, "--ignore-not-found", "-o", "json");
  return found ? (JSON.parse(found) as LiveObject) : undefined;
}

interface Identity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** The value at a path of a report, such as `spec.containers[name=carts].env[0].value`, or undefined. */
export function valueAt(object: unknown, path: string): unknown {
  const parts = path.matchAll(/\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|\[(\w+)=([^\]]*)\]|([^.[\]]+)/g);
  let value = object as Record<string, unknown> | undefined;
  for (const [, quoted, index, key, wanted, field] of parts) {
    if (value === undefined || value === null) return undefined;
    const next: unknown =
      key === undefined
        ? value[quoted ? (JSON.parse(quoted) as string) : (index ?? field)!]
        : (value as unknown as Record<string, unknown>[]).find((item) => item[key] === wanted);
    value = next as Record<string, unknown> | undefined;
  }
  return value;
}

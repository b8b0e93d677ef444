import type { AckObject } from "./kind.ts";

const VERSION = "services.k8s.aws/controller-version";
const NAMESPACE = "services.k8s.aws/namespace";

/** The tags that ACK sets on everything: key to value. @param service - AWS's name of it, such as `dynamodb`. */
export function controllerTags({ metadata }: AckObject, service: string): Record<string, string> {
  return { [VERSION]: `${service}-standin`, [NAMESPACE]: metadata.namespace };
}

/** Whether a tag is AWS's or ACK's own, and so never belongs into a spec. */
export function isSystemTag(key: string): boolean {
  return key.startsWith("aws:") || key === VERSION || key === NAMESPACE;
}

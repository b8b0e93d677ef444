import { groupOf } from "../../../packages/kro/index.ts";

/** An object's kind as kubectl takes it, `Deployment.v1.apps`. */
export const resourceOf = ({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): string =>
  `${kind}.${apiVersion.split("/").at(-1)}.${groupOf(apiVersion)}`;

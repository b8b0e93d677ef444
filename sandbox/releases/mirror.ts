import { SandboxError } from "../errors.ts";

const setting = (process.env.SANDBOX_RELEASES ?? "").replace(/\/+$/, "");

/**
 * Whether official releases are wanted. `$SANDBOX_RELEASES` is "off" when they aren't, else the base URL of a mirror,
 * which has the file `https://<host>/<path>` at `<base>/<host>/<path>`; default: the hosts themselves.
 * Throws when it is neither.
 */
export function releasesWanted(): boolean {
  if (setting && setting !== "off" && !/^https?:$/.test(URL.parse(setting)?.protocol ?? "")) {
    throw new SandboxError(`SANDBOX_RELEASES must be "off" or the URL of a mirror, not "${setting}"`);
  }
  return setting !== "off";
}

/** Where a published file is fetched from. */
export function locate(url: string): string {
  return setting ? `${setting}/${url.replace("https://", "")}` : url;
}

/** The host, with its port if it isn't the usual one, that a published file is fetched from. */
export function hostOf(url: string): string {
  return new URL(locate(url)).host;
}

import http from "node:http";
import { join } from "node:path";
import { stopped } from "../command.ts";
import { cacheDir } from "../paths.ts";
import { say } from "../progress.ts";
import { rememberedRefusal, rememberRefusal } from "../refusals.ts";
import { publishers } from "./files.ts";
import { reasonOf } from "./get.ts";
import { hostOf, locate } from "./mirror.ts";

let asked: Promise<Set<string>> | undefined;

/**
 * The hosts that answer. All are asked at the same time, once in a run of this program, and none that was silent less
 * than a day ago: without internet it costs some seconds a day.
 * @param patience - seconds that a host has for its answer
 */
export function answeringHosts(patience: number): Promise<Set<string>> {
  asked ??= askAll(patience);
  return asked;
}

/** From now on, and for a day, nothing is fetched from the host of that file. */
export async function giveUpOnHost(url: string, why: string): Promise<void> {
  const answering = await asked;
  if (!answering?.delete(hostOf(url))) return;
  rememberRefusal(refusalOf(hostOf(url)), why);
  say(`official releases: ${why}. ${consequence}`);
}

async function askAll(patience: number): Promise<Set<string>> {
  useProxy();
  const hosts = new Map(publishers().map((url) => [hostOf(url), locate(url)]));
  const notAsked = [...hosts.keys()].filter((host) => rememberedRefusal(refusalOf(host)) !== undefined);
  for (const host of notAsked) hosts.delete(host);
  if (notAsked.length > 0) {
    say(`official releases: not asked for at ${notAsked.join(", ")}, silent less than a day ago (${refusalOf("*")})`);
  }
  const silent: string[] = [];
  await Promise.all(
    [...hosts].map(async ([host, url]) => {
      const why = await silence(url, patience);
      if (why === undefined) return;
      rememberRefusal(refusalOf(host), why);
      silent.push(`${host} (${why})`);
      hosts.delete(host);
    }),
  );
  if (silent.length > 0) say(`official releases: no answer from ${silent.join(", ")}. ${consequence}`);
  return new Set(hosts.keys());
}

const consequence = `What is published there is built instead, if it can be. To ask again within a day, delete \
${refusalOf("*")}`;

/** Why the host doesn't answer; nothing when it does, were it to say that there is no such page. */
async function silence(url: string, patience: number): Promise<string | undefined> {
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(patience * 1000)]);
  try {
    await fetch(url, { method: "HEAD", redirect: "manual", signal });
    return undefined;
  } catch (error) {
    stopped.throwIfAborted();
    return signal.aborted ? `nothing for ${patience} s` : reasonOf(error);
  }
}

function refusalOf(host: string): string {
  return join(cacheDir, "releases", `${host.replace(":", "_")}.unavailable`);
}

/** From 24.14 on, Node goes through the proxy that the environment names; to the sandbox's own ports it never must. */
function useProxy(): void {
  const { env } = process;
  if (!["HTTP_PROXY", "HTTPS_PROXY"].some((name) => env[name] ?? env[name.toLowerCase()])) return;
  const direct = [env.no_proxy ?? env.NO_PROXY, "127.0.0.1", "localhost"].filter(Boolean).join(",");
  http.setGlobalProxyFromEnv?.({ ...env, no_proxy: direct, NO_PROXY: direct });
}

import { chmodSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { cached } from "../cache.ts";
import { output, stopped } from "../command.ts";
import { cacheDir } from "../paths.ts";
import { say, step } from "../progress.ts";
import { rememberedRefusal, rememberRefusal } from "../refusals.ts";
import { type ReleaseFile, releaseFile } from "./files.ts";
import { getFile, getText, NotHad } from "./get.ts";
import { answeringHosts, giveUpOnHost } from "./hosts.ts";
import { hostOf, locate, releasesWanted } from "./mirror.ts";

/** How long one waits, in seconds. */
export interface Patience {
  /** For a host's first answer. */
  answer: number;
  /** For the next byte. */
  byte: number;
}

/**
 * The folder with the official release of a part, from the cache or from those who publish it; its program is the file
 * of the part's name there. Nothing when it can't be had: said in a line, and remembered for a day. A file is neither
 * unpacked nor made executable before its checksum was found right.
 * @param part - the name of the part's program, for example "kube-apiserver"
 * @param version - without the "v"
 */
export async function officialRelease(
  part: string,
  version: string,
  patience: Patience = { answer: 4, byte: 10 },
): Promise<string | undefined> {
  const release = releasesWanted() ? releaseFile(part, version) : undefined;
  if (!release) return undefined;
  const refusal = join(cacheDir, "releases", `${part}-${version}-${hostOf(release.url).replace(":", "_")}.unavailable`);
  try {
    // What a mirror serves is never taken for what the publisher does.
    return await cached(`official-${part}`, version, [locate(release.url)], async (folder) => {
      const known = rememberedRefusal(refusal);
      if (known !== undefined) throw new KnownBefore(known);
      const hosts = await answeringHosts(patience.answer);
      if (!hosts.has(hostOf(release.url))) throw new KnownBefore();
      await step(`downloading the official ${part} ${version}`, (detail) =>
        fill(folder, part, version, release, hosts, patience.byte, detail),
      );
    });
  } catch (error) {
    if (error instanceof NotHad && error.what === "host") await giveUpOnHost(error.url, error.message);
    else if (error instanceof NotHad) {
      const again = `To ask again within a day, delete ${refusal}`;
      say(`the official ${part} ${version} can't be had: ${error.message}. ${again}`);
      rememberRefusal(refusal, error.message);
    } else if (error instanceof Tampered) {
      say(error.message);
      rememberRefusal(refusal, error.message);
    } else if (error instanceof KnownBefore) {
      // An alarm is repeated: the file is still not what it should be.
      if (error.message.startsWith(alarm)) say(error.message);
    } else throw error;
    return undefined;
  }
}

class KnownBefore extends Error {}
class Tampered extends Error {}

const alarm = "ERROR: ";

async function fill(
  folder: string,
  part: string,
  version: string,
  release: ReleaseFile,
  hosts: Set<string>,
  patience: number,
  detail: (text: string) => void,
): Promise<void> {
  const expected = await checksumOf(release, hosts, patience);
  const program = join(folder, part);
  const target = release.folderInArchive === undefined ? program : join(folder, basename(release.url));
  const found = await getFile(release.url, target, expected.algorithm, patience, detail);
  if (found !== expected.digits) {
    throw new Tampered(
      `${alarm}the official ${part} ${version} is not what its publisher says it is. It was deleted, and is not used.
  from      ${locate(release.url)}
  expected  ${expected.algorithm} ${expected.digits}, by ${expected.by}
  found     ${expected.algorithm} ${found}`,
    );
  }
  if (release.folderInArchive !== undefined) {
    detail("unpacking");
    await unpack(target, release.folderInArchive, folder).catch((error: Error) => {
      stopped.throwIfAborted();
      throw new NotHad("file", release.url, error.message);
    });
  }
  if (!statSync(program, { throwIfNoEntry: false })?.isFile()) {
    throw new NotHad("file", release.url, `has no ${part} in it`);
  }
  chmodSync(program, 0o755);
}

/** Moves what is in a folder of an archive beside the archive, which is deleted. */
async function unpack(archive: string, folderInArchive: string, target: string): Promise<void> {
  const unpacked = mkdtempSync(join(target, "unpacked-"));
  // Its owners are nobody here (-o). On macOS tar unpacks zip files, too.
  await output("tar", ["-xof", archive, "-C", unpacked]);
  rmSync(archive);
  const from = join(unpacked, folderInArchive);
  for (const name of readdirSync(from)) renameSync(join(from, name), join(target, name));
  rmSync(unpacked, { recursive: true });
}

/** The first checksum that one of those who know it tells. Throws NotHad. */
async function checksumOf({ url, checksums }: ReleaseFile, hosts: Set<string>, patience: number) {
  let failure = new NotHad("file", url, "nobody tells its checksum");
  for (const checksum of checksums) {
    if ("pinned" in checksum) return { ...withAlgorithm(checksum.pinned), by: "sandbox/releases/files.ts" };
    if (!hosts.has(hostOf(checksum.url))) continue;
    try {
      const digits = checksum.find(await getText(checksum.url, patience));
      if (digits) return { ...withAlgorithm(digits), by: locate(checksum.url) };
      failure = new NotHad("file", checksum.url, `has no checksum of ${basename(url)}`);
    } catch (error) {
      if (!(error instanceof NotHad)) throw error;
      if (error.what === "host") await giveUpOnHost(error.url, error.message);
      failure = error;
    }
  }
  throw failure;
}

function withAlgorithm(digits: string): { algorithm: "sha1" | "sha256"; digits: string } {
  return { algorithm: digits.length === 40 ? "sha1" : "sha256", digits };
}

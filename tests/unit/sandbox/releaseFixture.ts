import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { archiveOf, hashOf, programThatSays } from "./archive.ts";
import { runChild } from "./child.ts";
import { type Answer, Mirror, whole } from "./mirror.ts";

const name = `pulumi-v3.1.0-${process.platform}-${process.arch}.tar.gz`;

/** Where the archive of Pulumi 3.1.0 and its checksums are published. */
export const tarball = `/get.pulumi.com/releases/sdk/${name}`;
export const sums = "/github.com/pulumi/pulumi/releases/download/v3.1.0/pulumi-3.1.0-checksums.txt";

/** What is other than usual when releases are obtained. */
export interface Circumstances {
  /** Of the mirror. */
  url?: string;
  /** Seconds for a host's first answer, and for the next byte. */
  answer?: number;
  byte?: number;
  env?: NodeJS.ProcessEnv;
  /** Runs beside it; its argument is Ctrl-C. */
  meanwhile?: (interrupt: () => void) => Promise<void>;
}

/** A user's home with an empty cache, and a mirror. */
export class ReleaseFixture {
  readonly home = mkdtempSync(join(tmpdir(), "releases-"));
  readonly cache = join(this.home, "carts-stack");
  mirror = new Mirror();

  async close(): Promise<void> {
    await this.mirror.stop();
    rmSync(this.home, { recursive: true, force: true });
  }

  publishPulumi(files: Record<string, string> = pulumi): void {
    const content = archiveOf(files);
    this.mirror.put(tarball, content);
    const others = `${"0".repeat(64)}  pulumi-v3.1.0-other.tar.gz`;
    this.mirror.put(sums, `${others}\n${hashOf("sha256", content)}  ${name}\n`);
  }

  /** The archive is answered so, and everything else as usual. */
  answerTarball(answer: Answer): void {
    this.mirror.answer = (response, file, request) =>
      (request.url === tarball ? answer : whole)(response, file, request);
  }

  /** The files of a part in the cache, whole and unfinished ones. */
  cachedFiles(part: string): string[] {
    const parent = join(this.cache, part);
    return existsSync(parent) ? readdirSync(parent, { recursive: true }).map(String) : [];
  }

  /** Makes everything that was remembered a day old. */
  yesterday(): void {
    const then = new Date(Date.now() - 25 * 3600_000);
    for (const file of this.cachedFiles("releases")) utimesSync(join(this.cache, "releases", file), then, then);
  }

  /** @param parts - for example "pulumi@3.1.0" */
  async obtain(
    parts: string[],
    { url, answer = 10, byte = 10, env, meanwhile }: Circumstances = {},
  ): Promise<{ code: number | null; printed: string; folders: (string | null)[] }> {
    const settings = { SANDBOX_RELEASES: url ?? this.mirror.url, ...env };
    const args = [String(answer), String(byte), ...parts];
    const left = await runChild<(string | null)[]>("obtainReleases.ts", args, this.home, settings, meanwhile);
    return { code: left.code, printed: left.said, folders: left.result ?? [] };
  }
}

const pulumi = {
  "pulumi/pulumi": programThatSays("pulumi"),
  "pulumi/pulumi-language-nodejs": programThatSays("host"),
};

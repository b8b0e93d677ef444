/** A file that a project publishes as its release, for one operating system and processor. */
export interface ReleaseFile {
  /** Where the project publishes it. */
  url: string;
  /** Who knows its checksum, best first; the first that does counts. Never empty. */
  checksums: Checksum[];
  /** The folder of an archive that the part is in; without it the file is the program itself. */
  folderInArchive?: string;
}

/** A checksum as hexadecimal digits: SHA-256 (64), or SHA-1 (40) where a project publishes no other. */
export type Checksum =
  | { pinned: string }
  /** `find` returns nothing when the text has no checksum of the file. */
  | { url: string; find: (text: string) => string | undefined };

interface Target {
  version: string;
  os: "linux" | "darwin";
  arch: "amd64" | "arm64";
}

/**
 * The file of a part, by the name that the part's program has; none where its project publishes none for this machine.
 * kro and ACK's controllers are published as container images only.
 */
export function releaseFile(part: string, version: string): ReleaseFile | undefined {
  const os = process.platform;
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  if ((os !== "linux" && os !== "darwin") || (arch !== "amd64" && arch !== "arm64")) return undefined;
  return releases[part]?.({ version, os, arch });
}

/** The roots of all hosts that such files, or their checksums, are on: "https://github.com/". */
export function publishers(): string[] {
  const files = Object.keys(releases).map((part) => releaseFile(part, "0.0.0"));
  const urls = files.flatMap((file) =>
    [file, ...(file?.checksums ?? [])].map((each) => each && "url" in each && each.url),
  );
  return [...new Set(urls.filter((url) => typeof url === "string").map((url) => new URL("/", url).href))];
}

const releases: Record<string, (target: Target) => ReleaseFile | undefined> = {
  pulumi: ({ version, os, arch }) => {
    const name = `pulumi-v${version}-${os}-${arch === "amd64" ? "x64" : arch}.tar.gz`;
    const sums = `${gitHub("pulumi/pulumi", version)}/pulumi-${version}-checksums.txt`;
    return {
      url: `https://get.pulumi.com/releases/sdk/${name}`,
      checksums: [{ url: sums, find: inList(name) }],
      folderInArchive: "pulumi",
    };
  },
  "pulumi-resource-kubernetes": (target) => plugin("kubernetes", target),
  "pulumi-resource-aws": (target) => plugin("aws", target),
  "pulumi-resource-eks": (target) => plugin("eks", target),
  kubectl: (target) => kubernetes("kubectl", target),
  // The servers are published for Linux only.
  "kube-apiserver": (target) => (target.os === "linux" ? kubernetes("kube-apiserver", target) : undefined),
  "kube-controller-manager": (target) =>
    target.os === "linux" ? kubernetes("kube-controller-manager", target) : undefined,
  "kube-scheduler": (target) => (target.os === "linux" ? kubernetes("kube-scheduler", target) : undefined),
  etcd: ({ version, os, arch }) => {
    const folder = gitHub("etcd-io/etcd", version);
    const folderInArchive = `etcd-v${version}-${os}-${arch}`;
    const name = `${folderInArchive}.${os === "linux" ? "tar.gz" : "zip"}`;
    const sums = { url: `${folder}/SHA256SUMS`, find: inList(name) };
    return { url: `${folder}/${name}`, checksums: [sums], folderInArchive };
  },
  kwok: ({ version, os, arch }) => {
    const name = `kwok-${os}-${arch}`;
    const pinned = kwokChecksums[`${name} ${version}`];
    return {
      url: `${gitHub("kubernetes-sigs/kwok", version)}/${name}`,
      checksums: [...(pinned ? [{ pinned }] : []), gitHubsOwn("kubernetes-sigs/kwok", version, name)],
    };
  },
};

/** kwok publishes no checksums. */
const kwokChecksums: Record<string, string> = {
  "kwok-linux-amd64 0.8.0": "f5a4385a2ae1b9dd7f8acae18e002a75c0ebba124ae9d7259aa8dadb50711f46",
  "kwok-linux-arm64 0.8.0": "628f7d277860f524a2a775c217adcc58828e7b59ab0933680315784f1b8b0e37",
  "kwok-darwin-arm64 0.8.0": "69a064ec98d37844d9d742b5b28ff57825659a983ccc3e208daa6948b94d64ba",
};

function kubernetes(name: string, { version, os, arch }: Target): ReleaseFile {
  const url = `https://dl.k8s.io/release/v${version}/bin/${os}/${arch}/${name}`;
  return { url, checksums: [{ url: `${url}.sha256`, find: (text) => /^[0-9a-f]{64}\b/.exec(text)?.[0] }] };
}

/** The checksums in the release of pulumi-aws are SHA-1, those of pulumi-kubernetes SHA-256; which pulumi-eks has wasn't seen. */
function plugin(provider: string, { version, os, arch }: Target): ReleaseFile {
  const repository = `pulumi/pulumi-${provider}`;
  const folder = gitHub(repository, version);
  const name = `pulumi-resource-${provider}-v${version}-${os}-${arch}.tar.gz`;
  const sums = { url: `${folder}/pulumi-${provider}_${version}_checksums.txt`, find: inList(name) };
  return {
    url: `${folder}/${name}`,
    checksums: provider !== "kubernetes" ? [gitHubsOwn(repository, version, name), sums] : [sums],
    folderInArchive: ".",
  };
}

function gitHub(repository: string, version: string): string {
  return `https://github.com/${repository}/releases/download/v${version}`;
}

/** The SHA-256 that GitHub computes of each file of a release when it is uploaded. It answers 60 times an hour. */
function gitHubsOwn(repository: string, version: string, name: string): Checksum {
  return {
    url: `https://api.github.com/repos/${repository}/releases/tags/v${version}`,
    find: (text) => {
      if (!text.startsWith("{")) return undefined;
      const { assets = [] } = JSON.parse(text) as { assets?: { name: string; digest?: string | null }[] };
      const digest = assets.find((asset) => asset.name === name)?.digest ?? "";
      return /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
    },
  };
}

/** The checksum of a file in what `sha256sum` or `shasum` print: `<digits>  <name>`, or `<digits>  ./<name>`. */
function inList(name: string): (text: string) => string | undefined {
  return (text) => {
    const lines = text.split("\n").map((line) => /^([0-9a-f]{64}|[0-9a-f]{40}) [ *](?:\.\/)?(\S+)\s*$/.exec(line));
    return lines.find((match) => match?.[2] === name)?.[1];
  };
}

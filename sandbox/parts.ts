import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clone } from "./paths.ts";

/** real: the part itself; emulated: imitates a service that cannot run here; stand-in: ours, in a real part's place. */
export type Kind = "real" | "emulated" | "stand-in";

/** One row of the table that every start prints. */
export interface Part {
  name: string;
  version: string;
  kind: Kind;
  /** Where it came from, or whose place it takes. */
  source: string;
  /** The process that it runs as; without one it is a program or a plugin that is there to be called. */
  service?: string;
}

/** A program that is built from a Go module where the machine has none that is fit. */
export interface GoProgram {
  name: string;
  /** Folder under `sandbox/parts/` whose go.mod and go.sum pin the module and all its dependencies. */
  folder: string;
  module: string;
  /** Package of the program, relative to the module; default: the module itself. */
  package?: string;
  ldflags?: (version: string) => string;
  /** Folder of the module with manifests that the cluster needs. */
  manifests?: string;
  /** It runs in the background, as a process of its name. */
  isService?: boolean;
  /** A program of this name on the machine is fit when `isFit` says so of its version. */
  machine?: { versionArgs: string[]; isFit: (version: number[], folder: string) => boolean };
}

const kubernetes = { folder: "kubernetes", module: "k8s.io/kubernetes" };
const sameMinor = ([major, minor]: number[]) => major === 1 && minor === 36;

/** In the order in which they are built. */
export const goPrograms: GoProgram[] = [
  {
    name: "pulumi",
    folder: "pulumi",
    module: "github.com/pulumi/pulumi/pkg/v3",
    package: "cmd/pulumi",
    ldflags: (version) => `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`,
  },
  {
    name: "pulumi-language-nodejs",
    folder: "pulumi-language-nodejs",
    module: "github.com/pulumi/pulumi/sdk/v3",
    package: "nodejs/cmd/pulumi-language-nodejs",
  },
  {
    name: "etcd",
    isService: true,
    folder: "etcd",
    module: "go.etcd.io/etcd/server/v3",
    machine: { versionArgs: ["--version"], isFit: ([major, minor]) => major === 3 && minor === 6 },
  },
  {
    ...kubernetes,
    name: "kube-apiserver",
    isService: true,
    package: "cmd/kube-apiserver",
    machine: { versionArgs: ["--version"], isFit: sameMinor },
  },
  {
    ...kubernetes,
    name: "kubectl",
    package: "cmd/kubectl",
    machine: {
      versionArgs: ["version", "--client"],
      isFit: ([major, minor = 0]) => major === 1 && Math.abs(minor - 36) <= 1,
    },
  },
  {
    ...kubernetes,
    name: "kube-controller-manager",
    isService: true,
    package: "cmd/kube-controller-manager",
    machine: { versionArgs: ["--version"], isFit: sameMinor },
  },
  {
    ...kubernetes,
    name: "kube-scheduler",
    isService: true,
    package: "cmd/kube-scheduler",
    machine: { versionArgs: ["--version"], isFit: sameMinor },
  },
  {
    name: "kro",
    isService: true,
    folder: "kro",
    module: "github.com/kubernetes-sigs/kro",
    package: "cmd/controller",
    manifests: "helm/crds",
  },
  {
    name: "kwok",
    isService: true,
    folder: "kwok",
    module: "sigs.k8s.io/kwok",
    package: "cmd/kwok",
    manifests: "kustomize",
    machine: { versionArgs: ["--version"], isFit: ([major, minor]) => major === 0 && minor === 8 },
  },
];

/** The pinned version of a Go module, as go.mod has it, without the "v". */
export function goModuleVersion({ folder, module }: Pick<GoProgram, "folder" | "module">): string {
  const file = join(clone, "sandbox", "parts", folder, "go.mod");
  const line = readFileSync(file, "utf8")
    .split("\n")
    .map((text) =>
      text
        .trim()
        .replace(/^require /, "")
        .split(" "),
    )
    .find(([name]) => name === module);
  if (!line?.[1]) throw new Error(`${file} does not require ${module}`);
  return line[1].replace(/^v/, "");
}

/** The pinned version of a Python package, as its requirements file has it. */
export function pythonPackageVersion(name: string): string {
  const file = join(clone, "sandbox", "parts", name, "requirements.txt");
  const version = new RegExp(`^${name}==(\\S+)`, "m").exec(readFileSync(file, "utf8"))?.[1];
  if (!version) throw new Error(`${file} does not pin ${name}`);
  return version;
}

/** The version of an npm package as installed in the clone. */
export function npmPackageVersion(name: string): string {
  const file = join(clone, "node_modules", name, "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

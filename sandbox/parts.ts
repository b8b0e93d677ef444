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
  /** Package of the program, relative to the module, or to the folder when it begins with `./`; default: the module. */
  package?: string;
  /** Files of the folder, besides go.mod and go.sum, that the program is made of. */
  sources?: string[];
  /** Files of the module that the program reads from its own folder, and how they are changed on the way there. */
  files?: Record<string, (content: string) => string>;
  ldflags?: (version: string) => string;
  /** About how many CPU seconds its build takes after those before it: for the order of folders, and the estimate. */
  effort: number;
  /** Folder of the module with manifests that the cluster needs. */
  manifests?: string;
  /** It runs in the background, as a process of its name. */
  isService?: boolean;
  /** Only a sandbox with `SANDBOX_IDENTITY=on` has it. */
  isForIdentity?: boolean;
  /** A program of this name on the machine is fit when `isFit` says so of its version. */
  machine?: { versionArgs: string[]; isFit: (version: number[], folder: string) => boolean };
}

const kubernetes = { folder: "kubernetes", module: "k8s.io/kubernetes" };
const pulumiKubernetes = "github.com/pulumi/pulumi-kubernetes/provider/v4";
const pluginFiles = "cmd/pulumi-resource-kubernetes";
const sameMinor = ([major, minor]: number[]) => major === 1 && minor === 36;

/** In the order in which the table has them, and those of a folder are built. */
export const goPrograms: GoProgram[] = [
  {
    name: "etcd",
    isService: true,
    folder: "etcd",
    module: "go.etcd.io/etcd/server/v3",
    machine: { versionArgs: ["--version"], isFit: ([major, minor]) => major === 3 && minor === 6 },
    effort: 45,
  },
  {
    ...kubernetes,
    name: "kube-apiserver",
    isService: true,
    package: "cmd/kube-apiserver",
    machine: { versionArgs: ["--version"], isFit: sameMinor },
    effort: 180,
  },
  {
    ...kubernetes,
    name: "kube-controller-manager",
    isService: true,
    package: "cmd/kube-controller-manager",
    machine: { versionArgs: ["--version"], isFit: sameMinor },
    effort: 50,
  },
  {
    ...kubernetes,
    name: "kube-scheduler",
    isService: true,
    package: "cmd/kube-scheduler",
    machine: { versionArgs: ["--version"], isFit: sameMinor },
    effort: 5,
  },
  {
    ...kubernetes,
    name: "kubectl",
    package: "cmd/kubectl",
    machine: {
      versionArgs: ["version", "--client"],
      isFit: ([major, minor = 0]) => major === 1 && Math.abs(minor - 36) <= 1,
    },
    effort: 20,
  },
  {
    name: "kwok",
    isService: true,
    // With Kubernetes, because most of what it consists of is Kubernetes' own packages.
    folder: "kubernetes",
    module: "sigs.k8s.io/kwok",
    package: "cmd/kwok",
    manifests: "kustomize",
    machine: { versionArgs: ["--version"], isFit: ([major, minor]) => major === 0 && minor === 8 },
    effort: 20,
  },
  {
    name: "kro",
    isService: true,
    folder: "kro",
    module: "github.com/kubernetes-sigs/kro",
    package: "cmd/controller",
    manifests: "helm/crds",
    effort: 80,
  },
  {
    name: "ack-iam-controller",
    isService: true,
    isForIdentity: true,
    folder: "ack-iam-controller",
    module: "github.com/aws-controllers-k8s/iam-controller",
    package: "cmd/controller",
    manifests: "config/crd",
    effort: 100,
  },
  {
    name: "pulumi",
    folder: "pulumi",
    module: "github.com/pulumi/pulumi/pkg/v3",
    package: "cmd/pulumi",
    ldflags: (version) => `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`,
    effort: 200,
  },
  {
    name: "pulumi-language-nodejs",
    folder: "pulumi-language-nodejs",
    module: "github.com/pulumi/pulumi/sdk/v3",
    package: "nodejs/cmd/pulumi-language-nodejs",
    effort: 15,
  },
  {
    name: "pulumi-resource-kubernetes",
    folder: "pulumi-resource-kubernetes",
    module: pulumiKubernetes,
    package: "./",
    sources: [
      "main.go",
      "sdk/go.mod",
      "sdk/go/kubernetes/untypedArgs.go",
      "sdk/go/kubernetes/helm/v4/chart.go",
      "sdk/go/kubernetes/yaml/v2/registerResource.go",
    ],
    // The official build does the same to them: one line of JSON, with the version in the schema.
    files: {
      [`${pluginFiles}/schema.json`]: (content) => JSON.stringify({ ...JSON.parse(content), version: pluginVersion() }),
      [`${pluginFiles}/terraform-mapping.json`]: (content) => JSON.stringify(JSON.parse(content)),
    },
    ldflags: () => `-X ${pulumiKubernetes}/pkg/version.Version=${pluginVersion()}`,
    effort: 250,
  },
];

/** What only the tests of a component package need: built when one of them asks, not by a start. */
export const packagePrograms = {
  "pulumi-language-yaml": {
    name: "pulumi-language-yaml",
    folder: "pulumi-language-yaml",
    module: "github.com/pulumi/pulumi-yaml",
    package: "cmd/pulumi-language-yaml",
    ldflags: (version) => `-X github.com/pulumi/pulumi-yaml/pkg/version.Version=v${version}`,
    effort: 60,
  },
  gensdk: {
    name: "gensdk",
    folder: "gensdk",
    module: "github.com/pulumi/pulumi/pkg/v3",
    package: "./",
    sources: ["main.go"],
    effort: 5,
  },
} satisfies Record<string, GoProgram>;

/** The engine warns of a plugin that says to be older than the npm package that asks for it. */
function pluginVersion(): string {
  return npmPackageVersion("@pulumi/kubernetes");
}

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

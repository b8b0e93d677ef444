import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  type AckController,
  dynamodbController,
  eksController,
  iamController,
  iamControllerOfMachine,
} from "./ackController.ts";
import { buildAll } from "./buildAll.ts";
import { goManifests } from "./goBuild.ts";
import { findOnMachine } from "./machine.ts";
import { type GoProgram, goModuleVersion, goPrograms, type Part, pythonPackageVersion } from "./parts.ts";
import { officialPlugin, type Plugin, pluginIn, standInFor } from "./plugins.ts";
import { pythonPackage } from "./python.ts";
import { officialRelease } from "./releases/officialRelease.ts";

/** Where everything is that the sandbox runs, and what the table says of it. */
export interface Obtained {
  parts: Part[];
  /** Path by the name of the Go program. */
  programs: Record<string, string>;
  /** Pulumi's, for aws, eks and kubernetes. */
  plugins: Plugin[];
  /** Folder of manifests by the name of the Go program. */
  manifests: Record<string, string>;
  /** That of tables comes first. */
  acks: AckController[];
  /** A Python that has ministack. */
  python: string;
  /** Program and arguments of the aws CLI. */
  awsCli: string[];
  /** The machine's own Pulumi and the official release bring their own language host; a built one needs a wrapper. */
  ownPulumi: boolean;
}

/**
 * Takes each part from the machine, else its official release, else builds or installs it. What is not the machine's is
 * kept in the cache.
 * @param identity - whether ACK's controllers of roles, policies and associations are wanted, too
 */
export async function obtain(identity: boolean): Promise<Obtained> {
  const wanted = goPrograms.filter(({ isForIdentity }) => identity || !isForIdentity);
  const iamOfMachine = identity ? iamControllerOfMachine() : undefined;
  const [python, cli, tables, associations, manifests, aws, eks, { programs, kubernetes, ownPulumi }] =
    await Promise.all([
      pythonPackage("ministack"),
      awsCli(),
      dynamodbController(),
      identity ? eksController() : undefined,
      allManifests(wanted),
      officialPlugin("aws"),
      officialPlugin("eks"),
      allPrograms(wanted.filter(({ name }) => name !== iam || !iamOfMachine)),
    ]);
  const parts = programs.filter(({ name }) => name !== iam).map(({ path: _, ...part }) => part);
  const iamPath = iamOfMachine ?? programs.find(({ name }) => name === iam)?.path;
  const roles = iamPath === undefined ? undefined : iamController(iamPath, manifests[iam]!);
  const acks = [tables, associations, roles].filter((controller) => controller !== undefined);
  const plugins = [kubernetes, aws ?? standInFor("aws"), eks ?? standInFor("eks")];
  return {
    parts: [...parts, ...plugins.map(({ part }) => part), cli.part, ...acks.map(({ part }) => part), ministack()],
    programs: Object.fromEntries(programs.map(({ name, path }) => [name, path])),
    plugins,
    manifests,
    acks,
    python,
    awsCli: cli.command,
    ownPulumi,
  };
}

type Program = Part & { path: string };
const iam = "ack-iam-controller";

/** What is on the machine or published comes first, all of it at the same time; then the builds. */
async function allPrograms(
  wanted: readonly GoProgram[],
): Promise<{ programs: Program[]; kubernetes: Plugin; ownPulumi: boolean }> {
  const ofPulumi = new Set(["pulumi", "pulumi-language-nodejs", builtPlugin]);
  const others = wanted.filter(({ name }) => !ofPulumi.has(name));
  const [pulumi, plugin, ...foundOthers] = await Promise.all([
    wholePulumi(),
    officialPlugin("kubernetes"),
    ...others.map(fromMachineOrRelease),
  ]);
  const found = [...foundOthers, ...(pulumi ?? [])].filter((program) => program !== undefined);
  const has = new Set([...found.map(({ name }) => name), plugin?.part.name]);
  const missing = wanted.filter(({ name }) => !has.has(name));
  const paths = await buildAll(missing);
  const built = missing.map((program) => builtProgram(program, paths.get(program.name)!));
  const order = wanted.map(({ name }) => name);
  const programs = [...found, ...built]
    .filter(({ name }) => name !== builtPlugin)
    .sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const kubernetes = plugin ?? pluginIn(dirname(paths.get(builtPlugin)!), "kubernetes", pluginSource);
  return { programs, kubernetes, ownPulumi: pulumi !== undefined };
}

const builtPlugin = "pulumi-resource-kubernetes";
const pluginSource = {
  version: "2026-01-15",
  source: "official source of that day, built from its Go module without Chart v4, yaml/v2 and Kustomize components",
};

async function fromMachineOrRelease(program: GoProgram): Promise<Program | undefined> {
  const { name, machine } = program;
  const service = program.isService ? name : undefined;
  const found = machine && (await findOnMachine([name], machine.versionArgs, machine.isFit));
  if (found) return { name, service, kind: "real", version: found.version, source: found.path, path: found.path };
  const version = goModuleVersion(program);
  const release = await officialRelease(name, version);
  if (!release) return undefined;
  return { name, service, kind: "real", version, source: "official release", path: join(release, name) };
}

function builtProgram(program: GoProgram, path: string): Program {
  const { name, isService } = program;
  const old = name === "pulumi-language-nodejs" ? `, ${oldHost}` : "";
  const source = `built from its Go module${old}`;
  return {
    name,
    service: isService ? name : undefined,
    kind: "real",
    version: goModuleVersion(program),
    source,
    path,
  };
}

const oldHost = "the last release that is in one: without policy packs and resource hooks";

async function allManifests(wanted: readonly GoProgram[]): Promise<Record<string, string>> {
  const withManifests = wanted.filter(({ manifests }) => manifests);
  const folders = await Promise.all(withManifests.map(goManifests));
  return Object.fromEntries(withManifests.map(({ name }, index) => [name, folders[index] ?? ""]));
}

/** A Pulumi and its language host: the machine's, fit from 3.200 on, or those of the official release. */
async function wholePulumi(): Promise<Program[] | undefined> {
  const [name, host] = ["pulumi", "pulumi-language-nodejs"];
  const isNew = ([major = 0, minor = 0]: number[]) => major === 3 && minor >= 200;
  const isFit = (version: number[], folder: string) => isNew(version) && existsSync(join(folder, host));
  const found = await findOnMachine([name], ["version"], isFit);
  if (found) {
    const part = { version: found.version, kind: "real" } as const;
    const hostPath = join(dirname(found.path), host);
    return [
      { ...part, name, source: found.path, path: found.path },
      { ...part, name: host, source: hostPath, path: hostPath },
    ];
  }
  const version = goModuleVersion({ folder: "pulumi", module: "github.com/pulumi/pulumi/pkg/v3" });
  const release = await officialRelease(name, version);
  if (!release) return undefined;
  const part = { version, kind: "real", source: "official release" } as const;
  return [name, host].map((each) => ({ ...part, name: each, path: join(release, each) }));
}

/** Fit is an aws CLI that knows AWS_ENDPOINT_URL and Pod Identity associations. */
async function awsCli(): Promise<{ part: Part; command: string[] }> {
  const isFit = ([major = 0, minor = 0]: number[]) => (major === 1 && minor >= 31) || (major === 2 && minor >= 15);
  const found = await findOnMachine(["aws"], ["--version"], isFit);
  const name = "aws CLI";
  if (found) {
    return { part: { name, version: found.version, kind: "real", source: found.path }, command: [found.path] };
  }
  const python = await pythonPackage("awscli");
  const part: Part = { name, version: pythonPackageVersion("awscli"), kind: "real", source: "installed with pip" };
  return { part, command: [python, join(dirname(python), "aws")] };
}

function ministack(): Part {
  const version = pythonPackageVersion("ministack");
  const source = "ministack, installed with pip, with additions in sandbox/aws";
  return { name: "AWS endpoint", version, kind: "emulated", source, service: "aws-endpoint" };
}

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { type AckController, ackController } from "./ackController.ts";
import { goManifests, goProgram } from "./goBuild.ts";
import { findOnMachine, type MachineProgram } from "./machine.ts";
import { type GoProgram, goModuleVersion, goPrograms, type Part, pythonPackageVersion } from "./parts.ts";
import { pythonPackage } from "./python.ts";

/** Where everything is that the sandbox runs, and what the table says of it. */
export interface Obtained {
  parts: Part[];
  /** Path by the name of the Go program. */
  programs: Record<string, string>;
  /** Folder of manifests by the name of the Go program. */
  manifests: Record<string, string>;
  ack: AckController;
  /** A Python that has ministack. */
  python: string;
  /** Program and arguments of the aws CLI. */
  awsCli: string[];
  /** The machine's own Pulumi brings its own language host; ours needs a wrapper. */
  ownPulumi: boolean;
}

/**
 * Takes each part from the machine, else from the cache, else builds or installs it. The Go builds run in two lanes that
 * share few packages: one compiles while the other links or downloads.
 */
export async function obtain(): Promise<Obtained> {
  const pulumi = await machinePulumi();
  const wanted = goPrograms.filter(({ folder }) => !(pulumi && folder.startsWith("pulumi")));
  const isPulumi = ({ folder }: GoProgram) => folder.startsWith("pulumi");
  const lanes = [wanted.filter(isPulumi), wanted.filter((program) => !isPulumi(program))];
  const [python, cli, ack, manifests, ...obtained] = await Promise.all([
    pythonPackage("ministack"),
    awsCli(),
    ackController(),
    allManifests(),
    ...lanes.map(inTurn),
  ]);
  const programs = Object.fromEntries(obtained.flat().map(({ name, path }) => [name, path]));
  const parts = obtained.flat().map(({ path: _, ...part }) => part);
  if (pulumi) {
    programs.pulumi = pulumi.path;
    const { version } = pulumi;
    parts.unshift(
      { name: "pulumi", version, kind: "real", source: pulumi.path },
      { name: "pulumi-language-nodejs", version, kind: "real", source: `${pulumi.path}-language-nodejs` },
    );
  }
  return {
    parts: [...parts, cli.part, ack.part, ministack()],
    programs,
    manifests,
    ack,
    python,
    awsCli: cli.command,
    ownPulumi: pulumi !== undefined,
  };
}

async function inTurn(programs: GoProgram[]): Promise<(Part & { path: string })[]> {
  const done: (Part & { path: string })[] = [];
  for (const program of programs) done.push(await fromMachineOrBuilt(program));
  return done;
}

async function fromMachineOrBuilt(program: GoProgram): Promise<Part & { path: string }> {
  const { name, machine } = program;
  const service = program.isService ? name : undefined;
  const found = machine && (await findOnMachine([name], machine.versionArgs, machine.isFit));
  if (found) return { name, service, kind: "real", version: found.version, source: found.path, path: found.path };
  const path = await goProgram(program);
  const version = goModuleVersion(program);
  const old = name === "pulumi-language-nodejs" ? ", the last release that is in one" : "";
  return { name, service, kind: "real", version, source: `built from its Go module${old}`, path };
}

async function allManifests(): Promise<Record<string, string>> {
  const withManifests = goPrograms.filter(({ manifests }) => manifests);
  const folders = await Promise.all(withManifests.map(goManifests));
  return Object.fromEntries(withManifests.map(({ name }, index) => [name, folders[index] ?? ""]));
}

/** A machine's Pulumi is fit from 3.200 on, with its language host beside it. */
function machinePulumi(): Promise<MachineProgram | undefined> {
  const hasLanguageHost = (folder: string) => existsSync(join(folder, "pulumi-language-nodejs"));
  const isNew = ([major = 0, minor = 0]: number[]) => major === 3 && minor >= 200;
  return findOnMachine(["pulumi"], ["version"], (version, folder) => isNew(version) && hasLanguageHost(folder));
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

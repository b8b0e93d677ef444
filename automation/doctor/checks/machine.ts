import { readFileSync } from "node:fs";
import { pulumiOnPath, runPulumi } from "../../stack/index.ts";
import { NotChecked, ok, warn, wrong } from "../finding.ts";
import type { Probe } from "../probe.ts";

interface Package {
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
}

const { engines, dependencies } = JSON.parse(
  readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
) as Package;

/** Whether this Node can run the program. */
export const node: Probe = {
  id: "node-version",
  topic: "this machine",
  wanted: `Node ${engines.node}`,
  async look() {
    const least = engines.node.replace(/^>=/, "");
    const found = process.versions.node;
    return isAtLeast(found, least) ? ok(found) : wrong(found, `install Node ${least} or newer: https://nodejs.org`);
  },
};

/** Whether Pulumi's command is there, and new enough: its library says which are. */
export const pulumi: Probe = {
  id: "pulumi-version",
  topic: "this machine",
  wanted: "a Pulumi that its library can work with",
  async look() {
    const command = await pulumiOnPath().catch((error: Error) => error);
    return command instanceof Error
      ? wrong(command.message, "install it: https://www.pulumi.com/docs/iac/download-install")
      : ok(String(command.version));
  },
};

/** The plugins that a program with these packages has Pulumi load. */
const PLUGINS = { aws: "@pulumi/aws", kubernetes: "@pulumi/kubernetes" } as const;

/** Whether Pulumi's plugins are there, in the versions of their packages. */
export const plugins: Probe = {
  id: "plugins",
  topic: "this machine",
  wanted: Object.entries(PLUGINS)
    .map(([name, from]) => `${name} ${dependencies[from]}`)
    .join(", "),
  async look({ cwd }) {
    const { stdout } = await runPulumi(["plugin", "ls", "--json"], cwd, {}).catch(() => {
      throw new NotChecked("Pulumi doesn't list them", "see the finding pulumi-version");
    });
    const there = JSON.parse(stdout) as readonly {
      readonly name: string;
      readonly version?: string;
      readonly kind: string;
    }[];
    const lines = Object.entries(PLUGINS).map(([name, from]) => {
      const versions = there
        .filter((one) => one.name === name && one.kind === "resource")
        .map(({ version }) => version);
      const isThere = versions.includes(dependencies[from]) || versions.includes(undefined);
      return { isThere, text: isThere ? `${name} ${dependencies[from]}` : `${name}: ${versions.join(", ") || "none"}` };
    });
    const found = lines.map(({ text }) => text).join("\n");
    if (lines.every(({ isThere }) => isThere)) return ok(found);
    return warn(
      found,
      "Pulumi downloads what is missing when it first needs it; where it can't: `pulumi plugin install`",
    );
  },
};

/** Whether a version such as `3.276.0` is another one or newer. */
export function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => text.replace(/^v/, "").split(/[.+-]/).slice(0, 3).map(Number)) as [
    number[],
    number[],
  ];
  const differing = [0, 1, 2].find((i) => (a[i] ?? 0) !== (b[i] ?? 0));
  return differing === undefined || (a[differing] ?? 0) > (b[differing] ?? 0);
}

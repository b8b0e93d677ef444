import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { clone, paths, sandboxDir } from "./paths.ts";
import type { State } from "./state.ts";

/** A file of this name tells a sandbox's `bin` folder, whose programs are not the machine's own. */
export const sandboxBinMark = ".carts-stack-sandbox";

/** The AWS account, region and EKS cluster that the sandbox plays. */
export const aws = { region: "us-west-2", clusterName: "eks-workshop-auto" };

// Of these families everything that isn't set here is unset: a profile, a token or an endpoint of the user's own must
// never lead a command of the sandbox to a real account or cluster.
const cleared = /^(AWS_|KUBE|PULUMI_(?!SKIP_|K8S_|PARALLEL|DEBUG|OPTION_))/;

/** What the sandbox sets, apart from PATH: for its own processes and for the user's shell. */
export function settings(state: Pick<State, "ports">): Record<string, string> {
  return {
    KUBECONFIG: paths.kubeconfig,
    // kubectl would cache in ~/.kube, and read preferences from there.
    KUBECACHEDIR: join(sandboxDir, "kube-cache"),
    KUBERC: "off",
    AWS_ENDPOINT_URL: `http://127.0.0.1:${state.ports["aws-endpoint"]}`,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: aws.region,
    AWS_DEFAULT_REGION: aws.region,
    AWS_CONFIG_FILE: join(sandboxDir, "aws-config"),
    AWS_SHARED_CREDENTIALS_FILE: join(sandboxDir, "aws-credentials"),
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_PAGER: "",
    PULUMI_HOME: paths.pulumiHome,
    PULUMI_BACKEND_URL: pathToFileURL(paths.pulumiState).href,
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_STACK: "sandbox",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The plugins that the program uses are in PULUMI_HOME. Pulumi would ask the internet, at every command, for those of
    // other packages in node_modules as well.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    SANDBOX_AUDIT_LOG: paths.auditLog,
  };
}

/** The environment of everything that the sandbox runs. */
export function childEnvironment(state: Pick<State, "ports">): NodeJS.ProcessEnv {
  const own = settings(state);
  const kept = Object.entries(process.env).filter(([name]) => !cleared.test(name));
  const path = [paths.bin, process.env.PATH].join(delimiter);
  return { ...Object.fromEntries(kept), ...own, PATH: path };
}

/** The same as lines for a POSIX shell to evaluate. */
export function shellLines(state: Pick<State, "ports">): string {
  const own = settings(state);
  const unset = Object.keys(process.env).filter((name) => cleared.test(name) && !(name in own));
  const lines = Object.entries(own).map(([name, value]) => `export ${name}=${quote(value)}`);
  if (unset.length > 0) lines.unshift(`unset ${unset.join(" ")}`);
  // `carts` is a program of the project's package.
  const bins = [paths.bin, join(clone, "node_modules/.bin")].map(quote).join(delimiter);
  return [...lines, `export PATH=${bins}${delimiter}"$PATH"`].join("\n");
}

/** A word of a shell script. */
export function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/** A shell script that becomes the given program, with its own arguments after the given ones. */
export function script(command: string[]): string {
  return `#!/bin/sh\nexec ${command.map(quote).join(" ")} "$@"\n`;
}

import assert from "node:assert/strict";
import { join } from "node:path";
import ts from "typescript";
import type { CartsClusterArgs } from "../../components/index.ts";
import { CAPABILITY, cluster, controllers } from "../unit/components/controllersGraph.ts";
import type { Declared } from "../unit/components/mocks.ts";

const CLONE = join(import.meta.dirname, "../..");

/** Where the SDK has the arguments of a type. The SDKs' types are made of the plugins' schemas. */
function argsOf(type: string): { readonly module: string; readonly name: string } {
  const [pkg, path, kind] = type.split(":") as [string, string, string];
  const file = kind[0]!.toLowerCase() + kind.slice(1);
  const folders: Readonly<Record<string, string>> = {
    "kubernetes:helm.sh/v3": "kubernetes/helm/v3",
    "kubernetes:rbac.authorization.k8s.io/v1": "kubernetes/rbac/v1",
    "eks:index": "eks",
  };
  const module = folders[`${pkg}:${path}`] ?? `${pkg}/${path.split("/")[0]}`;
  return { module: `@pulumi/${module}/${file}.js`, name: `${kind}Args` };
}

/** What the SDK adds to a resource of Kubernetes by itself. */
const ADDED: Readonly<Record<string, readonly string[]>> = { "kubernetes:helm.sh/v3:Release": ["compat"] };

/** A module in which each resource's inputs, as the engine gets them, are given to the type of its arguments. */
function moduleOf(declared: readonly Declared[]): string {
  return declared
    .map(({ type, inputs }, i) => {
      const { module, name } = argsOf(type);
      const own = Object.fromEntries(Object.entries(inputs).filter(([key]) => !ADDED[type]?.includes(key)));
      return `export const of${i}: import("${module}").${name} = ${JSON.stringify(own)};\n`;
    })
    .join("");
}

/** What the compiler says of a module of the repository's. */
function errorsIn(text: string): string[] {
  const file = join(CLONE, "inputs.ts");
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(CLONE, "tsconfig.json"), ts.sys.readFile).config,
    ts.sys,
    CLONE,
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (path) => path === file || fileExists(path);
  host.getSourceFile = (path, version) =>
    path === file ? ts.createSourceFile(path, text, version) : getSourceFile(path, version);
  const program = ts.createProgram([file], { ...options, noEmit: true, types: [], skipLibCheck: true }, host);
  const diagnostics = program.getSemanticDiagnostics(program.getSourceFile(file));
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

describe("what the controllers and a made cluster are declared with", () => {
  it("is what the official schemas take, as the SDKs have them: no input more, none less, each of its type", async () => {
    const key = "arn:aws:kms:us-west-2:111122223333:key/1234";
    const full: Partial<CartsClusterArgs> = { version: "1.34", endpoint: "private", logs: ["api"], secretsKey: key };
    const graphs = [await cluster(full), await controllers({ mode: "helm" }), await controllers()];
    const resources = graphs
      .flatMap(({ declared }) => declared)
      .filter(({ type }) => !/^(pulumi|carts-stack):/.test(type));
    assert.ok(resources.length >= 15, String(resources.length));
    const [capability] = resources.filter(({ type }) => type === CAPABILITY);
    const { roleArn, ...less } = capability!.inputs;
    const bad = [less, { ...less, roleArn, roleARN: "x" }, { ...less, roleArn, type: 1 }];
    const errors = errorsIn(moduleOf([...resources, ...bad.map((inputs) => ({ ...capability!, inputs }))]));
    assert.match(
      errors.join("\n"),
      /^Property 'roleArn' is missing.*\n.*'"roleARN"' does not exist.*\nType 'number' is not/,
    );
    assert.equal(errors.length, bad.length, errors.join("\n"));
  }).timeout(120_000);
});

import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as kubernetes from "@pulumi/kubernetes";
import { type InlineProgramArgs, LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { CLONE, Stack, sandbox, story } from "./kit/index.ts";

const PACK = join(CLONE, "policy", "index.mjs");

/** An RGD of a Deployment, and an instance whose image only the update knows, or that is given. */
const program = (image?: string) => async () => {
  const rgd = new kubernetes.apiextensions.CustomResource("shops", {
    apiVersion: "kro.run/v1alpha1",
    kind: "ResourceGraphDefinition",
    metadata: { name: "shops" },
    spec: {
      schema: { apiVersion: "v1alpha1", kind: "Shop", spec: { image: "string" } },
      resources: [
        {
          id: "web",
          template: {
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: { name: "${schema.metadata.name}" },
            spec: {
              selector: { matchLabels: { app: "web" } },
              template: {
                metadata: { labels: { app: "web" } },
                spec: { hostNetwork: true, containers: [{ name: "web", image: "${schema.spec.image}" }] },
              },
            },
          },
        },
      ],
    },
  });
  new kubernetes.apiextensions.CustomResource(
    "tea",
    { apiVersion: "kro.run/v1alpha1", kind: "Shop", metadata: { name: "tea" }, spec: { image: image ?? rgd.id } },
    { dependsOn: rgd },
  );
};

interface Violation {
  readonly policy: string;
  readonly level: string;
  readonly message: string;
}

/** What the policies say at a preview, and whether it fails. */
async function preview(image?: string, config?: object): Promise<{ failed: boolean; violations: Violation[] }> {
  const args: InlineProgramArgs = { stackName: "policy", projectName: "shops", program: program(image) };
  const env = Object.entries(sandbox.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const pulumiCommand = await PulumiCommand.get({ root: sandbox.folder });
  const stack = await LocalWorkspace.createOrSelectStack(args, { pulumiCommand, envVars: Object.fromEntries(env) });
  const file = join(await mkdtemp(join(tmpdir(), "policy-")), "config.json");
  await writeFile(file, JSON.stringify(config ?? {}));
  const violations: Violation[] = [];
  const failed = await stack
    .preview({
      policyPacks: [PACK],
      policyPackConfigs: [file],
      onEvent({ policyEvent: event }) {
        if (!event) return;
        const message = event.message.trim().split("\n").at(-1)!;
        violations.push({ policy: event.policyName, level: event.enforcementLevel, message });
      },
    })
    .then(
      () => false,
      (error: Error) => {
        if (violations.length === 0) throw error;
        return true;
      },
    );
  return { failed, violations };
}

story("the policy pack", () => {
  const carts = new Stack();
  before(() => carts.init());

  it("refuses, at a preview, what kro would make of an instance in the program", async () => {
    const { failed, violations } = await preview("registry:5000/tea");
    assert.ok(failed);
    const of = (policy: string) => violations.find((one) => one.policy === policy);
    assert.deepEqual(of("image-tag"), {
      policy: "image-tag",
      level: "mandatory",
      message:
        'Deployment default/tea: container "web" has the image registry:5000/tea, which has no tag: it is `latest` (spec.template.spec.containers[name=web].image)',
    });
    assert.match(of("pod-security-host-namespaces")!.message, /host namespaces \(hostNetwork=true\)/);
    assert.equal(of("memory-limit")!.level, "advisory");
    assert.equal(of("cpu-limit"), undefined);
    assert.equal(of("pod-security-capabilities-baseline"), undefined);
  });

  it("says what only the update can tell, and finds nothing in it", async () => {
    const { violations } = await preview();
    assert.ok(!violations.some(({ policy }) => policy === "image-tag"));
    const untold = violations.filter(({ policy }) => policy === "kro-not-looked-at").map(({ message }) => message);
    assert.deepEqual(untold, [
      "only the update can tell: spec.template.spec.containers[name=web].image of Deployment default/tea",
    ]);
  });

  it("takes a policy pack's config: levels, labels, exceptions", async () => {
    const exceptions = [{ kind: "Deployment", name: "default/tea", reason: "a test" }];
    const rest = { "image-tag": { enforcementLevel: "advisory" }, "cpu-limit": "advisory" };
    const labels = { enforcementLevel: "mandatory", labels: ["team"] };
    const { failed, violations } = await preview("tea", { all: "disabled", ...rest, "required-labels": labels });
    assert.ok(failed);
    assert.deepEqual(violations.map(({ policy, level }) => `${level} ${policy}`).sort(), [
      "advisory cpu-limit",
      "advisory image-tag",
      "mandatory required-labels",
    ]);
    const accepted = { all: "disabled", ...rest, "required-labels": { ...labels, exceptions } };
    assert.equal((await preview("tea", accepted)).failed, false);
  });

  it("finds in our own stack what its arguments explain, and nothing else", async () => {
    const output = await carts.succeed(`preview --policy-pack ${PACK}`);
    const found = [...output.matchAll(/\[(advisory|mandatory)\] +([a-z-]+)/g)].map(([, , policy]) => policy!);
    assert.deepEqual(found.sort(), ["table-protection", "table-recovery"]);
  });
});

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { selectStack } from "../../../automation/stack/selection.ts";
import { type FakePulumi, fakePulumi } from "./fakePulumi.ts";

describe("a stack that can't be selected", () => {
  const { PATH } = process.env;
  let pulumi: FakePulumi;

  beforeEach(async () => {
    pulumi = await fakePulumi({ "stack export": "echo \"error: no stack named 'dev' found\" >&2; exit 255" });
    process.env.PATH = pulumi.env.PATH;
  });
  afterEach(async () => {
    process.env.PATH = PATH;
    await pulumi.remove();
  });

  const fails = (message: RegExp, others: object = {}) =>
    assert.rejects(selectStack({ stack: "dev", cwd: pulumi.cwd, ...others }), { message });

  it("is told by what is missing, and where", async () => {
    await fails(/^there is no stack dev: `pulumi stack init` makes one$/);
    await fails(/^there is no folder \/no\/where: --cwd names that of the Pulumi project$/, { cwd: "/no/where" });
    await fails(/^there is no config file .*none.yaml: --config-file names/, { configFile: "none.yaml" });
    await fails(/^there is no Pulumi project in \/: --cwd names its folder$/, { cwd: "/" });
    await writeFile(join(pulumi.cwd, "Pulumi.yaml"), "name: [\n");
    await fails(/^the project file in .* can't be read: .+$/);
    process.env.PATH = pulumi.cwd.slice(0, 2);
    await fails(/^there is no pulumi on PATH: see https:/);
  });
});

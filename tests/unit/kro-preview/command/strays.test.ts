import assert from "node:assert/strict";
import { Folder, rgd, shop } from "./folder.ts";

const POLICY_OFF = ["--rule", "pod-security=off"];

describe("kro-preview, of custom resources that no RGD makes", () => {
  let folder: Folder;
  afterEach(() => folder.remove());

  it("tells of a kind, a version or a group that is misspelt, with file and line", async () => {
    const typos = [
      shop("tea", {}, "Shopp"),
      shop("rum").replace("v1alpha1", "v1"),
      shop("gin").replace("kro.run/", "kro.example.org/"),
    ];
    folder = await Folder.make({ "rgd.yaml": rgd(), "shops.yaml": [shop("ale"), ...typos].join("---\n") });
    for (const args of [["render"], ["policy", ...POLICY_OFF], ["validate"]]) {
      const { code, stdout, stderr } = await folder.run([...args, "-f", "."]);
      assert.equal(code, 0, stderr);
      const lines = `${stdout}${stderr}`.split("\n").filter((line) => /none of the RGDs/.test(line));
      assert.deepEqual(lines, [
        "note: shops.yaml:8: none of the RGDs makes a kro.run/v1alpha1 Shopp (did you mean Shop?).",
        "note: shops.yaml:15: none of the RGDs makes a kro.run/v1 Shop (did you mean kro.run/v1alpha1?).",
        "note: shops.yaml:22: none of the RGDs makes a kro.example.org/v1alpha1 Shop (did you mean kro.run/v1alpha1?).",
      ]);
    }
  });

  it("fails with that where nothing else is there to render", async () => {
    folder = await Folder.make({ "rgd.yaml": rgd(), "shop.yaml": shop("tea", {}, "Shopp") });
    for (const command of ["render", "policy"]) {
      const { code, stderr } = await folder.run([command, "-f", "."]);
      assert.deepEqual(
        [code, stderr],
        [1, "error: shop.yaml:1: none of the RGDs makes a kro.run/v1alpha1 Shopp (did you mean Shop?)\n"],
      );
    }
  });

  it("tells nothing of a kind with a CRD, nor of AWS' and of other kinds", async () => {
    const crd = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: shops.example.org }
spec:
  group: example.org
  names: { kind: Shop, plural: shops }
  scope: Namespaced
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]
`;
    const others = [
      shop("a").replace("kro.run/v1alpha1", "example.org/v1"),
      shop("b").replace("kro.run/", "shops.services.k8s.aws/"),
      shop("c", {}, "Certificate").replace("kro.run/", "cert.example.org/"),
    ];
    folder = await Folder.make({ "rgd.yaml": rgd(), "all.yaml": [shop("ale"), crd, ...others].join("---\n") });
    const { stderr } = await folder.run(["render", "-f", "."]);
    assert.equal(stderr, "");
  });
});

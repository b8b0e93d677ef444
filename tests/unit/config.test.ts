import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { isSecret, output } from "@pulumi/pulumi";
import { parse } from "yaml";
import { checkArgs } from "../../components/index.ts";
import { readConfigOf as read } from "./input/readConfigOf.ts";

const long = (length: number) => "x".repeat(length);

describe("config", () => {
  it("is refused with a line for each bad key, and how to change them", async () => {
    await assert.rejects(read({ clusterName: "c", replicas: 0, namespace: "A" }), ({ message }: Error) => {
      const [head, ...lines] = message.split("\n");
      assert.match(head!, /nothing was changed:$/);
      assert.match(lines[0]!, /^ {2}carts-stack:namespace is "A", but /);
      assert.match(lines[1]!, /^ {2}carts-stack:replicas is 0, but /);
      assert.match(lines[2]!, /`pulumi config set carts-stack:KEY VALUE`/);
      assert.equal(lines.length, 3);
      return true;
    });
  });

  it("needs the cluster's name and nothing else", async () => {
    const { carts, cluster } = await read({ clusterName: "eks-workshop-auto" });
    assert.equal(checkArgs(carts).tableName, "eks-workshop-auto-carts-kro");
    assert.deepEqual(JSON.parse(JSON.stringify(cluster)), { clusterName: "eks-workshop-auto" });
  });

  it("passes what was set with --secret on as a secret, and what can't be one as it is", async () => {
    const values = { clusterName: "c", tableName: "c-carts-hush", tags: { team: "a" }, createDefinition: true };
    const { carts } = await read(values, { secretKeys: ["tableName", "tags", "createDefinition"] });
    for (const value of [carts.tableName, carts.tags]) assert.equal(await isSecret(output(value)), true);
    assert.deepEqual([carts.clusterName, carts.createDefinition], ["c", true]);
  });

  it("takes names at their limits", async () => {
    const longest = { namespace: long(63), serviceAccount: long(63), imageVersion: long(128) };
    for (const values of [
      { ...longest, clusterName: long(51), tableName: `${long(51)}-carts-${long(197)}` },
      { ...longest, clusterName: long(27), instanceName: long(30), tableName: long(255) },
      { ...longest, clusterName: long(100), instanceName: long(63), roleName: long(64), tableName: long(255) },
    ]) {
      checkArgs((await read(values)).carts);
    }
  });

  it("comes to the same with what Pulumi.yaml declares as without", async () => {
    const declared: Record<string, { default?: string | number | boolean }> = parse(
      readFileSync(new URL("../../Pulumi.yaml", import.meta.url), "utf8"),
    ).config;
    const defaults = Object.entries(declared).map(([key, { default: value }]) => [key, value ?? "c"]);
    const { carts, cluster } = await read(Object.fromEntries(defaults));
    const { carts: given } = await read({ clusterName: "c" });
    assert.deepEqual(checkArgs(carts), checkArgs(given));
    assert.equal(cluster.createCluster, false);
  });
});

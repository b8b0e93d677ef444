import assert from "node:assert/strict";
import * as aws from "../aws.ts";
import { CLUSTER_NAME, get, inVain, type Json, kubectl, pullRequest, Stack, story, writes } from "../kit/index.ts";
import { BAD_INPUTS } from "./badInputs.ts";
import {
  assertNothingLeft,
  assertRolledOut,
  IMAGE,
  instance,
  orderOf,
  pods,
  ROLE,
  TABLE,
  variable,
} from "./expected.ts";

const stack = new Stack();

/** Has `kubectl run` make a pod that the restricted Pod Security Standard lets in. */
const RESTRICTED = `--overrides=${JSON.stringify({
  spec: {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name: "stranger",
        image: "example.com/x",
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      },
    ],
  },
})}`;

/** An update whose pods never come ready, and that says so: `reason` is a warning of it. Gives its output. */
async function updateInVain(reason: RegExp, config: object, cwd?: string): Promise<string> {
  const attempt = async (update: string) => {
    const options = cwd === undefined ? {} : { cwd };
    const { code, output } = await stack.pulumi(
      "up --yes --skip-preview",
      { ...config, timeouts: { update } },
      options,
    );
    assert.notEqual(code, 0);
    return output;
  };
  const output = await inVain(attempt, (printed) => reason.test(printed));
  assert.match(output, reason);
  return output;
}

story("the carts stack", () => {
  before(stack.init);

  describe("from nothing", () => {
    it("refuses a bad config with one error, before anything is created", async () => {
      const { code, output } = await stack.pulumi("preview", { namespace: "Carts", replicas: 0 });
      assert.notEqual(code, 0);
      assert.match(output, /carts-stack:namespace is "Carts", but must be a DNS label/);
      assert.match(output, /carts-stack:replicas is 0, but must be a whole number, from 1 to 2147483647/);
      assert.doesNotMatch(output, /^\s+at .*\.ts:\d+/m);
      await assertNothingLeft();
    });

    it("refuses what is known only by asking cluster and cloud, in an update as in a preview, with one error", async () => {
      // Of an update that is refused the state keeps the component.
      const refused = new Stack({}, { name: "refused" });
      await refused.init();
      for (const [title, config, says] of BAD_INPUTS) {
        for (const command of title.startsWith("a role") ? ["preview", "up --yes --skip-preview"] : ["preview"]) {
          const { code, output } = await refused.pulumi(command, config);
          assert.notEqual(code, 0, title);
          assert.match(output, says);
          assert.doesNotMatch(output, /^\s+at |unhandled exception|failed to deliver/m, title);
          const errors = output.match(/^ {4}error: (?!preview failed|update failed)/gm) ?? [];
          assert.equal(errors.length, 1, output);
        }
      }
      const { code, output } = await refused.carts("up", { roleName: "nowhere" });
      assert.equal(code, 1);
      assert.match(output, /roleName is "nowhere", but there is no such IAM role/);
      assert.doesNotMatch(output, /^\s+at /m);
      await assertNothingLeft();
    });

    it("previews on an empty cluster, and changes nothing", async () => {
      const output = await stack.succeed("preview");
      assert.match(output, /CartsStack carts create/);
      assert.match(output, /\+ 8 to create/);
      await assertNothingLeft();
    });

    it("comes up, with outputs that are what cluster and cloud say", async () => {
      await stack.up();
      const { status } = await instance();
      assert.equal(status!.state, "ACTIVE");
      const [association] = await aws.associations();
      assert.deepEqual(await stack.outputs(), {
        tableArn: (await aws.table(TABLE)).TableArn,
        serviceEndpoint: "http://carts.carts-kro.svc.cluster.local",
        namespace: "carts-kro",
        serviceAccountName: "carts",
        roleArn: (await aws.role(ROLE)).Arn,
        associationId: association!.associationId,
        tableName: TABLE,
        instanceName: "carts-kro",
      });
      assert.equal((await stack.outputs()).tableArn, status!.tableARN);
      assert.equal((await stack.outputs()).serviceEndpoint, status!.serviceEndpoint);
    });

    it("was created in the order of the walk-through", async () => {
      const children = ["namespaces", "tables", "configmaps", "serviceaccounts", "deployments", "services"];
      const first = (resource: string, name: string) => {
        const found = writes().find((write) => write.resource === resource && write.name === name);
        assert.ok(found, `${resource} ${name} was written`);
        return found.from / 1000;
      };
      const [ns, table, configMap, serviceAccount, deployment, service] = [
        first("namespaces", "carts-kro"),
        first("tables", "carts-table"),
        ...children.slice(2).map((resource) => first(resource, "carts")),
      ] as [number, number, number, number, number, number];
      const [association] = await aws.associations();
      const role = (await aws.role(ROLE)).CreateDate!.getTime();
      const made = first("cartsstacks", "carts-kro");
      assert.ok(role <= association!.createdAt!.getTime(), "role before association");
      assert.ok(association!.createdAt!.getTime() <= made, "association before instance");
      assert.ok(first("resourcegraphdefinitions", "cartsstack") < made, "RGD before instance");
      assert.ok(made < ns && ns < table, "instance, Namespace, Table");
      assert.ok(table < Math.min(configMap, serviceAccount), "Table before ConfigMap and ServiceAccount");
      assert.ok(Math.max(configMap, serviceAccount) < Math.min(deployment, service), "then Deployment and Service");
    });

    it("keeps that order in the stack's state, which a destroy goes by", async () => {
      const identity = ["carts-policy", "carts-role"];
      assert.deepEqual(await orderOf(stack), {
        "carts-role": [],
        "carts-policy": ["carts-role"],
        "carts-association": identity,
        "carts-definition": [],
        carts: ["carts-association", "carts-definition", ...identity],
      });
    });

    it("has a pod that got the role's credentials when it was admitted", async () => {
      const [pod] = await pods();
      const [association] = await aws.associations();
      assert.match(variable(pod!, "AWS_CONTAINER_CREDENTIALS_FULL_URI")!, /^http:\/\//);
      assert.ok(association!.createdAt!.getTime() <= Date.parse(pod!.metadata!.creationTimestamp as string) + 999);
      assert.deepEqual(
        [pod!.spec!.volumes as unknown as Json[]].flat().map(({ name }) => name as string),
        ["tmp-volume", "eks-pod-identity-token"],
        "no token for the API server",
      );
      await kubectl("run", "stranger", "--image=example.com/x", "-n", "carts-kro", "--restart=Never", RESTRICTED);
      const stranger = (await get("pod", "stranger", "-n", "carts-kro"))!;
      assert.equal(variable(stranger, "AWS_CONTAINER_CREDENTIALS_FULL_URI"), undefined);
      await kubectl("delete", "pod", "stranger", "-n", "carts-kro", "--wait=false");
    });

    it("holds its namespace to restricted pods, as its own are", async () => {
      const { labels } = (await get("namespace", "carts-kro"))!.metadata!;
      const standard = Object.entries(labels!).filter(([label]) => label.startsWith("pod-security.kubernetes.io/"));
      assert.deepEqual(Object.fromEntries(standard), {
        "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
      });
      const careless = kubectl("run", "careless", "--image=example.com/x", "-n", "carts-kro", "--restart=Never");
      await assert.rejects(careless, /violates PodSecurity "restricted:latest": allowPrivilegeEscalation/);
    });

    it("has the six children as the workshop wants them", async () => {
      assert.equal((await get("namespace", "carts-kro"))!.status!.phase, "Active");
      assert.deepEqual((await get("configmap", "carts", "-n", "carts-kro"))!.data, {
        RETAIL_CART_PERSISTENCE_PROVIDER: "dynamodb",
        RETAIL_CART_PERSISTENCE_DYNAMODB_TABLE_NAME: TABLE,
      });
      assert.ok(await get("serviceaccount", "carts", "-n", "carts-kro"));
      await assertRolledOut(`${IMAGE}:1.3.0`);
      const { type, ports } = (await get("service", "carts", "-n", "carts-kro"))!.spec!;
      assert.deepEqual([type, ports!.length, ports![0]!.port, ports![0]!.protocol], ["ClusterIP", 1, 80, "TCP"]);
      const { tableStatus, conditions } = (await get("table", "carts-table", "-n", "carts-kro"))!.status!;
      assert.equal(tableStatus, "ACTIVE");
      assert.equal(conditions!.find(({ type }) => (type as string) === "ACK.ResourceSynced")!.status, "True");
    });

    it("has the table, with its key and its index, in the cloud", async () => {
      const table = await aws.table(TABLE);
      assert.equal(table.TableStatus, "ACTIVE");
      assert.equal(table.BillingModeSummary?.BillingMode, "PAY_PER_REQUEST");
      assert.deepEqual(table.KeySchema, [{ AttributeName: "id", KeyType: "HASH" }]);
      const [index] = table.GlobalSecondaryIndexes!;
      assert.equal(index!.IndexName, "idx_global_customerId");
      assert.deepEqual(index!.KeySchema, [
        { AttributeName: "customerId", KeyType: "HASH" },
        { AttributeName: "id", KeyType: "RANGE" },
      ]);
      assert.equal(index!.Projection!.ProjectionType, "ALL");
    });

    it("has a policy for the service's five actions and nothing else", async () => {
      const { Statement } = JSON.parse(await aws.rolePolicy(ROLE, "carts-dynamo"));
      const tables = "arn:aws:dynamodb:us-west-2:000000000000:table/eks-workshop-auto-carts-*";
      assert.deepEqual(
        Statement.map(({ Resource }: Json) => Resource),
        [tables, `${tables}/index/*`],
      );
    });

    it("previews no change afterwards, and refreshes to none", async () => {
      await stack.succeed("preview --expect-no-changes");
      await stack.succeed("refresh --yes --expect-no-changes");
    });
  });

  describe("an update", () => {
    it("returns when the new pods, and no old ones, are there", async () => {
      await stack.up({ imageVersion: "1.4.0", replicas: 2 });
      await assertRolledOut(`${IMAGE}:1.4.0`);
      assert.equal((await instance()).status!.availableReplicas, 2);
    });

    it("fails with the reason when the pods never become ready, and keeps the outputs", async () => {
      const was = await stack.outputs();
      const reason = /warning: CartsStack default\/carts-kro is not ready.*Missing: .*with image .*:9\.9\.9-broken/;
      const output = await updateInVain(reason, { imageVersion: "9.9.9-broken" });
      assert.match(output, /timed out waiting for the condition/);
      assert.deepEqual(await stack.outputs(), was);
    });

    it("recovers with the next good version", async () => {
      await stack.up({ imageVersion: "1.4.1" });
      await assertRolledOut(`${IMAGE}:1.4.1`);
      await stack.succeed("preview --expect-no-changes", { imageVersion: "1.4.1" });
    });

    it("waits for the children of a change in the RGD alone, and fails when they do not come", async () => {
      await updateInVain(/with image .*:1\.4\.1-broken/, { imageVersion: "1.4.1" }, await pullRequest("broken-image"));
      await stack.up({ imageVersion: "1.4.1" }, { cwd: await pullRequest("no-scrape") });
      await assertRolledOut(`${IMAGE}:1.4.1`);
      for (const pod of await pods()) assert.equal(pod.metadata!.annotations!["prometheus.io/scrape"], "false");
      await stack.up();
    });

    it("fails with kro's reason when kro refuses the graph, and recovers with the next good one", async () => {
      const cwd = await pullRequest("misspelt");
      const { code, output } = await stack.pulumi("up --yes --skip-preview", {}, { cwd });
      assert.notEqual(code, 0);
      assert.match(output, /warning: ResourceGraphDefinition cartsstack does not come about: .*imageVersio\b/);
      assert.match(output, /warning: ResourceGraphDefinition cartsstack is not ready.*imageVersio\b/);
      await stack.up();
      await assertRolledOut(`${IMAGE}:1.3.0`);
    });

    it("says once, while it waits, what is refused for good, and goes back to what was", async () => {
      const cwd = await pullRequest("selector");
      const reason = /warning: CartsStack default\/carts-kro does not come about: .*field is immutable/;
      const output = await updateInVain(reason, {}, cwd);
      assert.equal(new Set(output.match(new RegExp(reason, "g"))).size, 1);
      await stack.up();
      await assertRolledOut(`${IMAGE}:1.3.0`);
    });

    it("passes a changed environment, service account, tags, labels and image on", async () => {
      const imageVersion = `1.3.0@sha256:${"0123456789abcdef".repeat(4)}`;
      const config = {
        ...{ environment: { LOG_LEVEL: "debug" }, serviceAccount: "shopper", tags: { team: "shop" }, imageVersion },
        ...{ namespaceLabels: { team: "shop" }, namespaceAnnotations: { "shop.example/contact": "#shop" } },
      };
      await stack.up(config);
      await assertRolledOut(`${IMAGE}:${imageVersion}`);
      const { labels, annotations } = (await get("namespace", "carts-kro"))!.metadata!;
      assert.deepEqual(
        [labels!.team, labels!["pod-security.kubernetes.io/enforce"], annotations!["shop.example/contact"]],
        ["shop", "restricted", "#shop"],
      );
      for (const pod of await pods()) {
        assert.equal(variable(pod, "LOG_LEVEL"), "debug");
        assert.equal(pod.spec!.serviceAccountName, "shopper");
        assert.match(variable(pod, "AWS_CONTAINER_CREDENTIALS_FULL_URI")!, /^http/);
      }
      const associations = await aws.associations();
      assert.deepEqual(
        associations.map(({ serviceAccount, tags }) => [serviceAccount, tags?.team, tags?.["carts-stack/cluster"]]),
        [["shopper", "shop", CLUSTER_NAME]],
      );
      await stack.up();
    });
  });
});

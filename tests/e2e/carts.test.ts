import assert from "node:assert/strict";
import * as aws from "./aws.ts";
import { changedProgram } from "./changedProgram.ts";
import {
  get,
  initStack,
  type Json,
  kubectl,
  outputs,
  pulumi,
  startSandbox,
  state,
  stopSandbox,
  succeed,
  writes,
} from "./sandbox.ts";
import { THREE_INSTANCES } from "./threeInstances.ts";

const TABLE = "eks-workshop-auto-carts-kro";
const ROLE = "eks-workshop-auto-carts-dynamo";
const IMAGE = "public.ecr.aws/aws-containers/retail-store-sample-cart";

const instance = async (): Promise<Json> => (await get("cartsstack", "carts-kro", "-n", "default"))!;
const pods = async (namespace = "carts-kro"): Promise<Json[]> => (await get("pods", "-n", namespace))!.items as Json[];
const variable = (pod: Json, name: string): Json | undefined =>
  (pod.spec!.containers![0]!.env ?? ([] as unknown as Json)).find((entry: Json) => (entry.name as string) === name)
    ?.value;

/** Every pod that serves runs the image, is Ready, and none is left of an older one. */
async function assertRolledOut(image: string, namespace = "carts-kro") {
  const deployment = (await get("deployment", "carts", "-n", namespace))!;
  const { observedGeneration, replicas, updatedReplicas, availableReplicas } = deployment.status!;
  assert.deepEqual(
    { observedGeneration, replicas, updatedReplicas, availableReplicas },
    {
      observedGeneration: deployment.metadata!.generation,
      replicas: deployment.spec!.replicas,
      updatedReplicas: deployment.spec!.replicas,
      availableReplicas: deployment.spec!.replicas,
    },
  );
  assert.equal(deployment.spec!.template!.spec!.containers![0]!.image, image);
}

async function assertNothingLeft(...tables: string[]) {
  for (const kind of ["cartsstacks.kro.run", "tables.dynamodb.services.k8s.aws"]) {
    assert.deepEqual((await get(kind, "-A"))?.items ?? [], [], kind);
  }
  assert.equal(await get("resourcegraphdefinition", "cartsstack"), undefined);
  assert.deepEqual(await aws.associations(), []);
  assert.ok(!(await aws.roles()).includes(ROLE));
  assert.deepEqual(await aws.tables(), tables);
}

describe("the carts stack, on a sandbox of its own", function () {
  this.timeout("5m");
  this.bail(true); // a story: each test goes on where the one before ended

  before(async function () {
    this.timeout("45m"); // the first time, every part is built
    await startSandbox();
    await initStack();
  });
  after(stopSandbox);

  describe("from nothing", () => {
    it("refuses a bad config with one error, before anything is created", async () => {
      const { code, output } = await pulumi("preview", { namespace: "Carts", replicas: 0 });
      assert.notEqual(code, 0);
      assert.match(output, /carts-stack:namespace is "Carts", but must be a DNS label/);
      assert.match(output, /carts-stack:replicas is 0, but must be a whole number, 1 or more/);
      assert.doesNotMatch(output, /^\s+at .*\.ts:\d+/m);
      await assertNothingLeft();
    });

    it("previews on an empty cluster, and changes nothing", async () => {
      const output = await succeed("preview");
      assert.match(output, /CartsStack carts create/);
      assert.match(output, /\+ 8 to create/);
      await assertNothingLeft();
    });

    it("comes up, with outputs that are what cluster and cloud say", async () => {
      await succeed("up --yes --skip-preview");
      const { status } = await instance();
      assert.equal(status!.state, "ACTIVE");
      const [association] = await aws.associations();
      assert.deepEqual(await outputs(), {
        tableArn: (await aws.table(TABLE)).TableArn,
        serviceEndpoint: "http://carts.carts-kro.svc.cluster.local",
        namespace: "carts-kro",
        serviceAccountName: "carts",
        roleArn: (await aws.role(ROLE)).Arn,
        associationId: association!.associationId,
        tableName: TABLE,
        instanceName: "carts-kro",
      });
      assert.equal((await outputs()).tableArn, status!.tableARN);
      assert.equal((await outputs()).serviceEndpoint, status!.serviceEndpoint);
    });

    it("was created in the order of the walk-through", async () => {
      const children = ["namespaces", "tables", "configmaps", "serviceaccounts", "deployments", "services"];
      const first = (resource: string, name: string) => {
        const found = writes().find((write) => write.resource === resource && write.name === name);
        assert.ok(found, `${resource} ${name} was written`);
        return found.at;
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

    it("has a pod that got the role's credentials when it was admitted", async () => {
      const [pod] = await pods();
      const [association] = await aws.associations();
      assert.match(variable(pod!, "AWS_CONTAINER_CREDENTIALS_FULL_URI")!, /^http:\/\//);
      assert.ok(association!.createdAt!.getTime() <= Date.parse(pod!.metadata!.creationTimestamp as string) + 999);
      await kubectl("run", "stranger", "--image=example.com/x", "-n", "carts-kro", "--restart=Never");
      const stranger = (await get("pod", "stranger", "-n", "carts-kro"))!;
      assert.equal(variable(stranger, "AWS_CONTAINER_CREDENTIALS_FULL_URI"), undefined);
      await kubectl("delete", "pod", "stranger", "-n", "carts-kro", "--wait=false");
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
      await succeed("preview --expect-no-changes");
      await succeed("refresh --yes --expect-no-changes");
    });
  });

  describe("an update", () => {
    it("returns when the new pods, and no old ones, are there", async () => {
      await succeed("up --yes --skip-preview", { imageVersion: "1.4.0", replicas: 2 });
      await assertRolledOut(`${IMAGE}:1.4.0`);
      assert.equal((await instance()).status!.availableReplicas, 2);
    });

    it("fails with the reason when the pods never become ready, and keeps the outputs", async () => {
      const was = await outputs();
      const { code, output } = await pulumi("up --yes --skip-preview", {
        imageVersion: "9.9.9-broken",
        timeouts: { update: "15s" },
      });
      assert.notEqual(code, 0);
      assert.match(
        output,
        /warning: CartsStack default\/carts-kro is not ready.*Missing: .*with image .*:9\.9\.9-broken/,
      );
      assert.match(output, /timed out waiting for the condition/);
      assert.deepEqual(await outputs(), was);
    });

    it("recovers with the next good version", async () => {
      await succeed("up --yes --skip-preview", { imageVersion: "1.4.1" });
      await assertRolledOut(`${IMAGE}:1.4.1`);
      await succeed("preview --expect-no-changes", { imageVersion: "1.4.1" });
    });

    it("waits for the children of a change in the RGD alone, and fails when they do not come", async () => {
      const broken = await changedProgram({ "schema.spec.imageVersion}`": "schema.spec.imageVersion}-broken`" });
      const { code, output } = await pulumi(
        "up --yes --skip-preview",
        { imageVersion: "1.4.1", timeouts: { update: "15s" } },
        { cwd: broken },
      );
      assert.notEqual(code, 0);
      assert.match(output, /with image .*:1\.4\.1-broken/);
      const good = await changedProgram({ '"prometheus.io/scrape": "true"': '"prometheus.io/scrape": "false"' });
      await succeed("up --yes --skip-preview", { imageVersion: "1.4.1" }, { cwd: good });
      await assertRolledOut(`${IMAGE}:1.4.1`);
      for (const pod of await pods()) assert.equal(pod.metadata!.annotations!["prometheus.io/scrape"], "false");
      await succeed("up --yes --skip-preview");
    });

    it("fails with kro's reason when kro refuses the graph, and recovers with the next good one", async () => {
      const refused = await changedProgram({
        "clusterIP: service.spec.clusterIP": 'clusterIP: "${service.spec.nowhere}"',
        'DEFINITION_TIMEOUT = "1m"': 'DEFINITION_TIMEOUT = "12s"',
      });
      const { code, output } = await pulumi("up --yes --skip-preview", {}, { cwd: refused });
      assert.notEqual(code, 0);
      assert.match(output, /warning: ResourceGraphDefinition cartsstack is not ready.*nowhere/);
      await succeed("up --yes --skip-preview");
      await assertRolledOut(`${IMAGE}:1.3.0`);
    });

    it("passes a changed environment, service account and tags on", async () => {
      const config = { environment: { LOG_LEVEL: "debug" }, serviceAccount: "shopper", tags: { team: "shop" } };
      await succeed("up --yes --skip-preview", config);
      await assertRolledOut(`${IMAGE}:1.3.0`);
      for (const pod of await pods()) {
        assert.equal(variable(pod, "LOG_LEVEL"), "debug");
        assert.equal(pod.spec!.serviceAccountName, "shopper");
        assert.match(variable(pod, "AWS_CONTAINER_CREDENTIALS_FULL_URI")!, /^http/);
      }
      const associations = await aws.associations();
      assert.deepEqual(
        associations.map(({ serviceAccount, tags }) => ({ serviceAccount, tags })),
        [{ serviceAccount: "shopper", tags: { team: "shop" } }],
      );
      await succeed("up --yes --skip-preview");
    });
  });

  describe("table and namespace", () => {
    before(() => aws.putItems(TABLE, 3));

    it("cannot be changed in place by anyone", async () => {
      for (const [field, value] of [
        ["tableName", "eks-workshop-auto-carts-x"],
        ["namespace", "elsewhere"],
      ]) {
        const patch = JSON.stringify({ spec: { [field!]: value } });
        const { code, output } = await kubectl("patch", "cartsstack", "carts-kro", "--type=merge", "-p", patch);
        assert.notEqual(code, 0);
        assert.match(output, /immutable/);
      }
    });

    it("show as a replacement in the preview", async () => {
      const output = await succeed("preview --diff", { namespace: "shop" });
      assert.match(output, /\+-kubernetes:kro\.run\/v1alpha1:CartsStack: \(replace\)/);
      assert.match(output, /namespace +: "carts-kro" => "shop"/);
    });

    it("retain: a new namespace goes on with the table and its items", async () => {
      await succeed("up --yes --skip-preview", { namespace: "shop" });
      assert.equal(await aws.countItems(TABLE), 3);
      assert.equal(await get("namespace", "carts-kro"), undefined);
      assert.deepEqual(
        (await aws.associations()).map(({ namespace }) => namespace),
        ["shop"],
      );
      assert.equal((await outputs()).serviceEndpoint, "http://carts.shop.svc.cluster.local");
      assert.match(variable((await pods("shop"))[0]!, "AWS_CONTAINER_CREDENTIALS_FULL_URI")!, /^http/);
      await succeed("up --yes --skip-preview");
      assert.equal(await aws.countItems(TABLE), 3);
    });

    it("retain: a new table name leaves the old table with its items", async () => {
      await succeed("up --yes --skip-preview", { tableName: `${TABLE}-2` });
      assert.equal(await aws.countItems(TABLE), 3);
      assert.equal(await aws.countItems(`${TABLE}-2`), 0);
      assert.equal((await outputs()).tableArn, (await aws.table(`${TABLE}-2`)).TableArn);
      assert.equal(
        (await get("configmap", "carts", "-n", "carts-kro"))!.data!.RETAIL_CART_PERSISTENCE_DYNAMODB_TABLE_NAME,
        `${TABLE}-2`,
      );
      await succeed("up --yes --skip-preview");
      assert.equal(await aws.countItems(TABLE), 3);
      await aws.dropTable(`${TABLE}-2`);
    });

    it("refuses to replace with another tableOnDestroy than the instance has", async () => {
      const { code, output } = await pulumi("up --yes --skip-preview", { namespace: "shop", tableOnDestroy: "delete" });
      assert.notEqual(code, 0);
      assert.match(output, /tableOnDestroy from "retain" to "delete".*in an update of its own/);
      assert.equal((await instance()).spec!.namespace, "carts-kro");
    });

    it("delete: a new namespace is refused while it would cost the items; in two steps it costs none", async () => {
      await succeed("up --yes --skip-preview", { tableOnDestroy: "delete" });
      const { code, output } = await pulumi("up --yes --skip-preview", { namespace: "shop", tableOnDestroy: "delete" });
      assert.notEqual(code, 0);
      assert.match(output, /table eks-workshop-auto-carts-kro would be deleted with its items/);
      assert.equal(await aws.countItems(TABLE), 3);
      await succeed("up --yes --skip-preview");
      await succeed("up --yes --skip-preview", { namespace: "shop" });
      assert.equal(await aws.countItems(TABLE), 3);
      await succeed("up --yes --skip-preview", { namespace: "shop", tableOnDestroy: "delete" });
      assert.equal(await aws.countItems(TABLE), 3);
    });

    it("delete: a new table name deletes the old table", async () => {
      const config = { namespace: "shop", tableOnDestroy: "delete" };
      await succeed("up --yes --skip-preview", { ...config, tableName: `${TABLE}-2` });
      const tables = await aws.tables();
      assert.deepEqual([tables.includes(TABLE), tables.includes(`${TABLE}-2`)], [false, true]);
    });
  });

  describe("destroy", () => {
    it("delete: leaves nothing", async () => {
      await succeed("destroy --yes --skip-preview");
      await assertNothingLeft();
      assert.equal(await get("namespace", "shop"), undefined);
      assert.equal((await state()).resources, undefined);
    });

    it("retain: leaves the table, and an up goes on with its items", async () => {
      await succeed("up --yes --skip-preview");
      await aws.putItems(TABLE, 5);
      await succeed("destroy --yes --skip-preview");
      await assertNothingLeft(TABLE);
      assert.equal(await get("namespace", "carts-kro"), undefined);
      await succeed("up --yes --skip-preview");
      assert.equal(await aws.countItems(TABLE), 5);
      assert.equal((await instance()).status!.state, "ACTIVE");
    });

    it("deletes the instance before its RGD, and not a role that it was given", async () => {
      await aws.makePodRole("shared");
      await succeed("up --yes --skip-preview", { roleName: "shared" });
      assert.equal((await aws.associations())[0]!.roleArn, (await aws.role("shared")).Arn);
      assert.ok(!(await aws.roles()).includes(ROLE));
      const from = Date.now();
      await succeed("destroy --yes --skip-preview", { roleName: "shared" });
      assert.ok((await aws.roles()).includes("shared"));
      const deletes = writes().filter(({ verb, at }) => verb === "delete" && at >= from);
      const of = (resource: string) => deletes.findIndex((write) => write.resource === resource);
      assert.ok(of("cartsstacks") >= 0 && of("cartsstacks") < of("resourcegraphdefinitions"));
    });
  });

  describe("three instances of one RGD", () => {
    const NAMES = ["carts", "blue", "green"];
    const config = {
      instanceName: "carts",
      namespace: "carts",
      tableName: "eks-workshop-auto-carts-first",
      tableOnDestroy: "delete",
    };
    const of = (output: string, op: string) =>
      NAMES.filter((name) => new RegExp(`CartsStack ${name} ${op} `).test(output));
    let cwd: string;
    let tables: string[];
    before(async () => {
      tables = await aws.tables();
      cwd = await changedProgram({}, { "index.ts": THREE_INSTANCES });
    });

    it("come up, with one RGD and one role", async () => {
      assert.deepEqual(of(await succeed("preview", config, { cwd }), "create"), NAMES);
      await succeed("up --yes --skip-preview", config, { cwd });
      for (const name of NAMES) await assertRolledOut(`${IMAGE}:1.3.0`, name);
      const role = (await aws.role(ROLE)).Arn;
      assert.deepEqual(
        (await aws.associations()).map(({ namespace, roleArn }) => [namespace, roleArn]).sort(),
        NAMES.map((name) => [name, role]).sort(),
      );
      await succeed("preview --expect-no-changes", config, { cwd });
    });

    it("follow a new image", async () => {
      await succeed("up --yes --skip-preview", { ...config, imageVersion: "1.4.0" }, { cwd });
      for (const name of NAMES) await assertRolledOut(`${IMAGE}:1.4.0`, name);
    });

    it("follow a change in the RGD whose schema gets a field that they set, and preview it", async () => {
      const gaining = await changedProgram(
        { 'imagePullPolicy: "IfNotPresent"': 'imagePullPolicy: schema.spec["pullPolicy"]' },
        {
          "index.ts": THREE_INSTANCES,
          "components/cartsSchema.ts": {
            "  revision: field(": '  pullPolicy: field("string", { default: "IfNotPresent" }),\n  revision: field(',
          },
          "components/cartsInstance.ts": { "    revision:": '    pullPolicy: "Always",\n    revision:' },
        },
      );
      const after = { ...config, imageVersion: "1.4.0" };
      const output = await succeed("up --yes", after, { cwd: gaining });
      assert.deepEqual(of(output.split("Updating")[0]!, "update"), NAMES, "all three are previewed");
      for (const name of NAMES) {
        const deployment = (await get("deployment", "carts", "-n", name))!;
        assert.equal(deployment.spec!.template!.spec!.containers![0]!.imagePullPolicy, "Always");
        await assertRolledOut(`${IMAGE}:1.4.0`, name);
      }
      await succeed("preview --expect-no-changes", after, { cwd: gaining });
    });

    it("go before their RGD", async () => {
      const from = Date.now();
      await succeed("destroy --yes --skip-preview", config, { cwd });
      await assertNothingLeft(...tables);
      const deletes = writes().filter(({ verb, at }) => verb === "delete" && at >= from);
      const instances = deletes.flatMap(({ resource, name }, i) => (resource === "cartsstacks" ? [[name, i]] : []));
      const definition = deletes.findIndex(({ resource }) => resource === "resourcegraphdefinitions");
      assert.deepEqual(instances.map(([name]) => name).sort(), [...NAMES].sort());
      for (const [name, i] of instances) assert.ok((i as number) < definition, `${name} before the RGD`);
    });
  });
});

import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
} from "@aws-sdk/client-dynamodb";
import { DescribeClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import { GetRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { V1Pod } from "@kubernetes/client-node";
import { Association, hasCredentials, isCrashing, isReady, Namespace } from "./awkwardSandbox.ts";
import { makePodRole } from "./aws.ts";
import { CLUSTER_NAME, story, TestSandbox, until } from "./kit/index.ts";

const sandboxWith = (settings: Readonly<Record<string, string>>) => new TestSandbox("e2e/awkward", settings);
const sandbox = sandboxWith({});

// Nothing here is about how long something takes: what EKS says and what the cluster does are looked at side by side.
const tests = () => {
  const namespace = (name: string) => new Namespace(sandbox, name);

  before(async function () {
    this.timeout("90m");
    await sandbox.start();
    const forAws = Object.entries(sandbox.env).filter(([name]) => name.startsWith("AWS_"));
    Object.assign(process.env, Object.fromEntries(forAws));
  });

  const keyed = (TableName: string): CreateTableCommandInput => ({
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  });

  describe("Pod Identity", () => {
    const shop = namespace("shop");
    const association = new Association("shop");

    before(async () => {
      await shop.create();
      await makePodRole("one");
    });

    it("knows a new role only after a while", async () => {
      const refusals = await association.createAtLast("one");
      assert.match(refusals[0]!, /^InvalidParameterException: Role provided in the request does not exist/);
      await assert.rejects(association.create("one"), /Association already exists: a-[a-z0-9]{17}$/);
    });

    it("leaves a pod without credentials that comes before the association counts", async () => {
      assert.ok(await association.id());
      const early = await shop.run("early");
      assert.ok(!hasCredentials(early));
      const crashed = await shop.podThat("early", "crashes", isCrashing);
      assert.ok(!isReady(crashed));
      assert.equal(crashed.status!.phase, "Running");
      const { restartCount, lastState } = crashed.status!.containerStatuses![0]!;
      assert.equal(lastState?.terminated?.exitCode, 1);
      assert.equal(lastState?.terminated?.reason, "Error");
      assert.ok(restartCount >= 1);
    });

    it("is never mended by a restart of the container, but by a new pod", async () => {
      await until("the association counts", () => shop.isInEffect());
      const before = (await shop.pod("early")).status!.containerStatuses![0]!.restartCount;
      assert.ok(hasCredentials(await shop.run("new")));
      assert.equal((await shop.podThat("new", "is ready", isReady)).status!.containerStatuses![0]!.restartCount, 0);
      const again = await shop.podThat("early", "has crashed again", ({ status }) => {
        return status!.containerStatuses![0]!.restartCount > before;
      });
      assert.ok(isCrashing(again) && !isReady(again));
    });

    it("does not concern other service accounts", async () => {
      await shop.kubectl("run", "stranger", "-n", "shop", "--image=example.com/x");
      await shop.podThat("stranger", "is ready", isReady);
    });

    it("gives the role of before for a while after an update", async () => {
      await makePodRole("two");
      await until("the role is known", () =>
        association.update("two").then(
          () => true,
          () => false,
        ),
      );
      assert.match(await shop.sessionOf("new"), /assumed-role\/one\//);
      await until("there is the new role", async () => (await shop.sessionOf("new")).includes("assumed-role/two/"));
    });

    it("injects for a while after a deletion, and refuses a successor at first", async () => {
      await association.delete();
      const refused = association.create("one").then(
        () => assert.fail("the deleted association is in nobody's way"),
        (error: Error) => assert.match(error.message, /Association already exists/),
      );
      assert.equal(await association.id(), undefined);
      assert.ok(hasCredentials(await shop.run("late")));
      await refused;
      await until("the deletion counts", async () => !(await shop.isInEffect()));
      assert.ok(!hasCredentials(await shop.run("too-late")));
      await association.createAtLast("one");
    });
  });

  describe("IAM", () => {
    const carts = namespace("carts");
    const table = "awkward-carts";
    const variables = {
      RETAIL_CART_PERSISTENCE_PROVIDER: "dynamodb",
      RETAIL_CART_PERSISTENCE_DYNAMODB_TABLE_NAME: table,
    };

    before(async () => {
      await carts.create();
      await new DynamoDBClient().send(new CreateTableCommand(keyed(table)));
      await makePodRole("carts");
      await new Association("carts").createAtLast("carts");
      await until("the association counts", () => carts.isInEffect());
    });

    it("keeps a role from a table that its policy doesn't name: the pod crashes", async () => {
      assert.ok(hasCredentials(await carts.run("denied", variables)));
      const denied = await carts.podThat("denied", "crashes", isCrashing);
      const said = denied.metadata!.annotations!["containers.sandbox/message"]!;
      const action = "is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:us-west-2";
      assert.match(said, new RegExp(`^AccessDeniedException: User: .*assumed-role/carts/eks-.* ${action}`));
    });

    it("lets the pod in at its next restart once the policy names the table", async () => {
      const Resource = `arn:aws:dynamodb:us-west-2:000000000000:table/${table}`;
      const PolicyDocument = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "dynamodb:GetItem", Resource }],
      });
      const command = new PutRolePolicyCommand({ RoleName: "carts", PolicyName: "table", PolicyDocument });
      await new IAMClient().send(command);
      const healed = await carts.podThat("denied", "is ready", isReady);
      assert.ok(healed.status!.containerStatuses![0]!.restartCount > 1);
    });

    it("has carts without Pod Identity crash as well", async () => {
      const none = namespace("none");
      await none.create();
      await none.run("carts", variables);
      await none.podThat("carts", "crashes", isCrashing);
    });
  });

  it("a node can be drained: its pods come up elsewhere", async () => {
    const ui = namespace("ui");
    const pods = async () => JSON.parse(await ui.kubectl("get", "pods", "-n", "ui", "-o", "json")).items as V1Pod[];
    const before = await until("the ui is ready", async () => (await pods()).find(isReady));
    const node = before.spec!.nodeName!;
    await ui.kubectl("drain", node, "--force", "--ignore-daemonsets", "--timeout=60s");
    const after = await until("the ui is elsewhere", async () =>
      (await pods()).find((pod) => pod.metadata!.uid !== before.metadata!.uid && isReady(pod)),
    );
    assert.notEqual(after.spec!.nodeName, node);
    await ui.kubectl("uncordon", node);
  });

  it("the API server refuses namespaces without the labels that are demanded", async () => {
    const up = async (SANDBOX_NAMESPACE_LABELS: string) => {
      const { code, output } = await sandboxWith({ SANDBOX_NAMESPACE_LABELS }).command("up", "--no-up");
      assert.equal(code, 0, output);
    };
    const make = (name: string, labels = {}) =>
      sandbox.cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
    await up("team,example.com/cost-center");
    const refused = /namespace orders lacks the labels: example.com\/cost-center/;
    await until("there is a refusal", () =>
      make("orders", { team: "store" }).then(
        () =>
          namespace("orders")
            .kubectl("delete", "namespace", "orders")
            .then(() => false),
        (error: Error) => refused.test(error.message),
      ),
    );
    await make("orders", { team: "store", "example.com/cost-center": "7" });
    await up("");
    await until("there is a namespace without labels", () =>
      make("checkout").then(
        () => true,
        () => false,
      ),
    );
  });

  describe("AWS by a rule file", () => {
    const file = join(sandbox.folder, "aws-rules.json");
    const follow = (...rules: object[]) => writeFileSync(file, JSON.stringify(rules));
    const once = { maxAttempts: 1 };
    const failure = async (call: Promise<unknown>): Promise<string> => {
      const error = await call.then(
        () => assert.fail("it was answered"),
        (error: Error) => error,
      );
      const { $metadata } = error as unknown as { $metadata?: { httpStatusCode?: number } };
      return `${$metadata?.httpStatusCode} ${error.name}: ${error.message}`;
    };
    const listTables = () => new DynamoDBClient(once).send(new ListTablesCommand());
    const getItem = () =>
      new DynamoDBClient(once).send(new GetItemCommand({ TableName: "awkward-carts", Key: { id: { S: "1" } } }));
    const describeCluster = () => new EKSClient(once).send(new DescribeClusterCommand({ name: CLUSTER_NAME }));
    const getRole = () => new IAMClient(once).send(new GetRoleCommand({ RoleName: "carts" }));
    const whoAmI = () => new STSClient(once).send(new GetCallerIdentityCommand());
    afterEach(() => rmSync(file, { force: true }));

    it("denies, in each service's own form", async () => {
      follow({ action: "*:*", answer: "deny" });
      const denied = (action: string) => new RegExp(`:root is not authorized to perform: ${action} on resource: `);
      assert.match(
        await failure(getItem()),
        /^400 AccessDeniedException: User: arn:aws:iam::000000000000:root is not /,
      );
      assert.match(await failure(getItem()), denied("dynamodb:GetItem"));
      assert.match(await failure(describeCluster()), /^403 AccessDeniedException: /);
      assert.match(await failure(describeCluster()), denied("eks:DescribeCluster"));
      // The SDK gives IAM's errors and STS's their name on the wire.
      assert.match(await failure(getRole()), /^403 AccessDenied: /);
      assert.match(await failure(getRole()), denied("iam:GetRole"));
      assert.match(await failure(whoAmI()), /^403 AccessDenied: /);
    });

    it("throttles, and fails", async () => {
      follow({ action: "*:*", answer: "throttle" });
      assert.match(await failure(listTables()), /^400 ThrottlingException: /);
      assert.match(await failure(getItem()), /^400 ProvisionedThroughputExceededException: /);
      assert.match(await failure(describeCluster()), /^429 ThrottlingException: /);
      assert.match(await failure(getRole()), /^400 Throttling: /);
      follow({ action: "dynamodb:ListTables", answer: "throttle", error: "RequestLimitExceeded" });
      assert.match(await failure(listTables()), /^400 RequestLimitExceeded: /);
      follow({ action: "*:*", answer: "fail" });
      assert.match(await failure(listTables()), /^500 InternalServerError: /);
      assert.match(await failure(describeCluster()), /^500 ServerException: /);
      follow({ action: "*:*", answer: "fail", status: 503 });
      assert.match(await failure(getRole()), /^503 ServiceUnavailable: /);
      assert.match(await failure(describeCluster()), /^503 ServiceUnavailableException: /);
    });

    it("only the calls that a rule is about, as often as it says", async () => {
      follow(
        { action: "dynamodb:GetItem", resource: "*/awkward-*", answer: "fail", skip: 1, times: 1 },
        { action: "dynamodb:ListTables", principal: "*:role/nobody", answer: "deny" },
        { action: "eks:Describe*", answer: "delay", seconds: 0.1 },
      );
      await getItem();
      assert.match(await failure(getItem()), /^500/);
      await getItem();
      await listTables();
      await describeCluster();
      // The SDK tries again by itself.
      follow({ action: "dynamodb:GetItem", answer: "throttle", times: 2 });
      const command = new GetItemCommand({ TableName: "awkward-carts", Key: { id: { S: "1" } } });
      await new DynamoDBClient({ maxAttempts: 3 }).send(command);
    });

    it("does the work and loses the answer, or answers nothing", async () => {
      follow({ action: "dynamodb:CreateTable", answer: "fail", processed: true });
      assert.match(await failure(new DynamoDBClient(once).send(new CreateTableCommand(keyed("lost")))), /^500/);
      await new DynamoDBClient().send(new DescribeTableCommand({ TableName: "lost" }));
      follow({ action: "dynamodb:ListTables", answer: "hang" });
      const requestHandler = { requestTimeout: 300, throwOnRequestTimeout: true };
      const client = new DynamoDBClient({ ...once, requestHandler });
      assert.match(await failure(client.send(new ListTablesCommand())), /TimeoutError/);
    });

    it("refuses everything while the file is wrong, and says where", async () => {
      writeFileSync(file, '[{"action": "dynamodb:ListTables", "answer": "maybe"}]');
      const said = `${file}: rule 1: "answer" must be one of deny, throttle, fail, hang, delay, not "maybe"`;
      assert.equal(await failure(listTables()), `400 InvalidSandboxRules: ${said}`);
      assert.equal(await failure(getRole()), `400 InvalidSandboxRules: ${said}`);
      writeFileSync(file, "[{");
      assert.match(await failure(describeCluster()), /aws-rules.json: it is not JSON: .*line 1 column 3/);
      rmSync(file);
      await listTables();
    });

    it("ACK says so in its conditions, and goes on by itself", async () => {
      const principal = "*:assumed-role/ack-dynamodb-controller/*";
      const apply = async (name: string) => {
        const spec = {
          tableName: name,
          billingMode: "PAY_PER_REQUEST",
          attributeDefinitions: [{ attributeName: "id", attributeType: "S" }],
          keySchema: [{ attributeName: "id", keyType: "HASH" }],
        };
        const metadata = { name, namespace: "default" };
        await sandbox.cluster.apply({
          apiVersion: "dynamodb.services.k8s.aws/v1alpha1",
          kind: "Table",
          metadata,
          spec,
        });
      };
      const condition = async (name: string, type: string) => {
        const path = `jsonpath={.status.conditions[?(@.type=="${type}")].status} {.status.conditions[?(@.type=="${type}")].message}`;
        return (await sandbox.cluster.kubectl("get", "tables.dynamodb.services.k8s.aws", name, "-o", path)).trim();
      };
      const says = (name: string, type: string, what: RegExp) =>
        until(`${name} has ${type} ${what}`, async () => what.test(await condition(name, type)));
      follow(
        { action: "dynamodb:CreateTable", resource: "*/denied", principal, answer: "deny" },
        { action: "dynamodb:CreateTable", resource: "*/throttled", principal, answer: "throttle" },
        { action: "dynamodb:DescribeTable", resource: "*/failing", principal, answer: "fail" },
      );
      for (const name of ["denied", "throttled", "failing"]) await apply(name);
      const action = "is not authorized to perform: dynamodb:CreateTable on resource: .*table/denied";
      await says("denied", "ACK.Recoverable", new RegExp(`^True api error AccessDeniedException: User: .* ${action}`));
      await says("throttled", "ACK.Recoverable", /^True .*ThrottlingException: Rate exceeded/);
      await says("failing", "ACK.Recoverable", /^True InternalServerError: /);
      assert.equal(await condition("denied", "ACK.Terminal"), "");
      assert.match(await condition("denied", "ACK.ResourceSynced"), /^Unknown /);
      // The user is nobody that the rules are about.
      await listTables();
      follow();
      for (const name of ["denied", "throttled", "failing"]) await says(name, "ACK.ResourceSynced", /^True /);
    });
  });
};

story("a sandbox that is as awkward as AWS", tests, { own: sandbox, goesOn: true });

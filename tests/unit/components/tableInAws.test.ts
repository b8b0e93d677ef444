import assert from "node:assert/strict";
import { type CartsStackArgs, resolveArgs } from "../../../components/args.ts";
import { CartsStack } from "../../../components/cartsStack.ts";
import { lossesOf, ownerProblem, ttlProblem } from "../../../components/guards/tableInAws.ts";
import { declare, failures, type Run } from "./mocks.ts";

const GET_TABLE = "aws:dynamodb/getTable:getTable";
const URN = "urn:pulumi:test::carts-stack::carts-stack:index:CartsStack$kubernetes:kro.run/v1alpha1:CartsStack::carts";
const KEY = "arn:aws:kms:us-west-2:111122223333:key/a-1";

const now = (args: Partial<CartsStackArgs> = {}) => resolveArgs({ clusterName: "c", ...args });
const tags = (of: object = {}) => ({
  tags: Object.fromEntries(
    Object.entries({
      cluster: "c",
      namespace: "carts-kro",
      instance: "default/carts-kro",
      "managed-by": "organization/shop/prod",
      ...of,
    }).map(([key, value]) => [`carts-stack/${key}`, value as string]),
  ),
});

describe("a table that AWS has already", () => {
  it("may be nobody's, the same instance's of another stack, or another instance's of this stack", async () => {
    await declare();
    for (const mine of [
      {},
      { tags: { team: "a" } },
      tags(),
      tags({ cluster: "d", "managed-by": "organization/carts-stack/test" }),
    ]) {
      assert.equal(ownerProblem(mine, now()), undefined);
    }
  });

  it("is refused where its tags say that it is another's, unless the config says so", async () => {
    await declare();
    for (const other of [{ cluster: "d" }, { namespace: "shop" }, { instance: "default/shop" }]) {
      const problem = ownerProblem(tags(other), now())!;
      assert.match(
        problem,
        /^tableName is "c-carts-kro", but that table exists and is another's by its tags, of the stack organization\/shop\/prod, /,
      );
      const [[key, value]] = Object.entries(other) as [[string, string]];
      assert.ok(problem.includes(`${key} ${value}`), problem);
      assert.match(problem, /Set tableName to another name, or adoptTable to true/);
      assert.equal(ownerProblem(tags(other), now({ adoptTable: true })), undefined);
    }
  });

  it("keeps the attribute by which its items expire, which ACK can't turn off", () => {
    const on = { ttl: { attributeName: "expires", enabled: true } };
    assert.equal(ttlProblem(on, now({ tableTtlAttribute: "expires" })), undefined);
    assert.equal(ttlProblem({ ttl: { attributeName: "", enabled: false } }, now()), undefined);
    for (const [args, words] of [
      [{}, "isn't set"],
      [{ tableTtlAttribute: "until" }, 'is "until"'],
    ] as const) {
      const problem = ttlProblem(on, now(args))!;
      assert.ok(
        problem.startsWith(`tableTtlAttribute ${words}, but the items of the table c-carts-kro expire`),
        problem,
      );
      assert.match(
        problem,
        /\n {2}aws dynamodb update-time-to-live --table-name c-carts-kro .*Enabled=false,AttributeName=expires\n/,
      );
    }
  });

  it("loses what it isn't asked to have", () => {
    const guarded = {
      deletionProtectionEnabled: true,
      pointInTimeRecovery: { enabled: true, recoveryPeriodInDays: 35 },
      serverSideEncryption: { enabled: true, kmsKeyArn: KEY },
    };
    assert.deepEqual(lossesOf(guarded, now({ tableProtection: "standard", tableKmsKey: KEY })), []);
    assert.equal(lossesOf(guarded, now()).length, 3);
    assert.deepEqual(
      lossesOf(guarded, now({ tableProtection: "standard", tableOnDestroy: "delete", tableKmsKey: KEY })),
      ["its deletion protection is taken off"],
    );
  });

  /** What is refused, and warned of, of a CartsStack, and whether AWS was asked for the table. */
  async function attempt(args: Partial<CartsStackArgs>, answer: object, run: Run = {}) {
    const [calls, warnings]: [string[], string[]] = [[], []];
    await declare({
      ...run,
      answers: { [GET_TABLE]: answer },
      onCall: (token) => calls.push(token),
      onWarning: (message) => warnings.push(message),
    });
    let isDone = false;
    const errors = await failures(
      () => {
        new CartsStack("carts", { clusterName: "c", ...args }).nodes.instance.urn.apply(() => {
          isDone = true;
        });
      },
      () => isDone,
    );
    return {
      error: errors[0] ?? "",
      warnings: warnings.filter((text) => !text.startsWith("did not look")),
      asked: calls.includes(GET_TABLE),
    };
  }

  it("is looked at in preview and update, where the stack doesn't have it", async () => {
    for (const preview of [true, false]) {
      const { error } = await attempt({}, tags({ cluster: "d" }), { preview });
      assert.match(error, /^nothing was changed: tableName is "c-carts-kro", but that table exists and is another's/);
    }
    const spec = {
      tableName: "c-carts-kro",
      namespace: "carts-kro",
      tableOnDestroy: "retain",
      serviceAccount: "carts",
      tableTtlAttribute: "",
    };
    const previous = { [URN]: { metadata: { name: "carts-kro", namespace: "default" }, spec } };
    assert.deepEqual(await attempt({}, tags({ cluster: "d" }), { previous }), {
      error: "",
      warnings: [],
      asked: false,
    });
  });

  it("is none where AWS has none; where AWS doesn't say, that is said", async () => {
    const none = new Error("reading Dynamodb Table (c-carts-kro): couldn't find resource");
    assert.deepEqual(await attempt({}, none), { error: "", warnings: [], asked: true });
    const { error, warnings } = await attempt({}, new Error("AccessDeniedException: not you"));
    assert.equal(error, "");
    assert.match(warnings[0]!, /^did not ask AWS whose the table c-carts-kro is \(.*AccessDeniedException: not you/);
    assert.match(
      (await attempt({}, { deletionProtectionEnabled: true })).warnings[0]!,
      /is taken up: its deletion protection/,
    );
  });

  it("of the stack's own is looked at where its time to live is to change", async () => {
    const spec = {
      ...{ tableName: "c-carts-kro", namespace: "carts-kro", tableOnDestroy: "retain", serviceAccount: "carts" },
      tableTtlAttribute: "expires",
    };
    const previous = { [URN]: { metadata: { name: "carts-kro", namespace: "default" }, spec } };
    const on = { ttl: { attributeName: "expires", enabled: true } };
    assert.match((await attempt({}, on, { previous })).error, /^nothing was changed: tableTtlAttribute isn't set, but/);
    assert.equal((await attempt({ tableTtlAttribute: "expires" }, on, { previous })).asked, false);
    assert.equal((await attempt({}, { ttl: { attributeName: "", enabled: false } }, { previous })).error, "");
  });

  it("of the stack's own is looked at where a time to live that was turned on by hand would be met for the first time", async () => {
    const had = { tableName: "c-carts-kro", namespace: "carts-kro", tableOnDestroy: "retain", serviceAccount: "carts" };
    const having = (spec: object) => ({ [URN]: { metadata: { name: "carts-kro", namespace: "default" }, spec } });
    const on = { ttl: { attributeName: "expires", enabled: true } };
    for (const preview of [true, false]) {
      const former = await attempt({}, on, { preview, previous: having(had) });
      assert.match(former.error, /^nothing was changed: tableTtlAttribute isn't set, but .*Enabled=false,Attr/s);
      const previous = having({ ...had, tableTtlAttribute: "" });
      const set = await attempt({ tableTtlAttribute: "ttl" }, on, { preview, previous });
      assert.match(set.error, /^nothing was changed: tableTtlAttribute is "ttl", but .*Enabled=false,Attr/s);
      assert.equal((await attempt({ tableTtlAttribute: "expires" }, on, { preview, previous })).error, "");
    }
  });
});

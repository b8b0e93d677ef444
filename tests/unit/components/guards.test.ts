import assert from "node:assert/strict";
import { ComponentResource, type ComponentResourceOptions, runtime, secret } from "@pulumi/pulumi";
import type { CartsStackArgs } from "../../../components/args.ts";
import { CartsStack } from "../../../components/cartsStack.ts";
import { declare, failures, Other } from "./mocks.ts";

const COMPONENT = "carts-stack:index:CartsStack";
const INSTANCE = "kubernetes:kro.run/v1alpha1:CartsStack";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const START = "urn:pulumi:test::carts-stack::";

/** A stack's state with an instance, under `urn`, that has and keeps the table `c-carts-kro`. */
const had = (urn: string, tableOnDestroy = "retain") => ({
  [urn]: {
    metadata: { name: "carts-kro", namespace: "default" },
    spec: { tableName: "c-carts-kro", namespace: "carts-kro", tableOnDestroy },
  },
});
const moved: CartsStackArgs = { clusterName: "c", namespace: "shop", tableOnDestroy: "delete" };
const make = (args: CartsStackArgs, name = "carts", opts: ComponentResourceOptions = {}) =>
  new CartsStack(name, args, opts);

async function passes(program: () => CartsStack): Promise<void> {
  const { instance } = program().nodes;
  await new Promise((resolve) => instance.urn.apply(resolve));
  await runtime.disconnect();
}

class Team extends ComponentResource {
  constructor(name: string) {
    super("test:index:Team", name);
  }
}

describe("the guards of a CartsStack", () => {
  it("refuse, as one error, before anything underneath is declared", async () => {
    const declared = await declare({ previous: had(`${START}${COMPONENT}$${INSTANCE}::carts`) });
    const errors = await failures(() => make({ ...moved, routeUi: true }));
    assert.equal(errors.length, 1);
    assert.match(errors[0]!, /^nothing was changed: namespace changes from "carts-kro" to "shop"/);
    assert.deepEqual(
      declared.map(({ type }) => type),
      [COMPONENT],
    );
  });

  it("keep the RGD where its instances are", async () => {
    const definition = "kubernetes:kro.run/v1alpha1:ResourceGraphDefinition";
    const previous = {
      ...had(`${START}${COMPONENT}$${INSTANCE}::carts`),
      [`${START}${COMPONENT}$${definition}::carts-definition`]: { metadata: { name: "cartsstack" } },
    };
    const declared = await declare({ previous });
    const args: CartsStackArgs = { clusterName: "c", createDefinition: false, roleName: "r" };
    const [error, ...others] = await failures(() => make(args));
    assert.deepEqual(others, []);
    assert.match(
      error!,
      /^nothing was changed: createDefinition changes to false.*: default\/carts-kro\. Hand it over/,
    );
    assert.deepEqual(
      declared.map(({ type }) => type),
      [COMPONENT],
    );
    await declare({ previous });
    await passes(() => make({ clusterName: "c", api: "cartsstack" }));
    const instance = had(`${START}${COMPONENT}$${INSTANCE}::carts`);
    await declare({ previous: instance });
    await passes(() => make(args));
    const moved = { ...instance, [`${START}${definition}::carts-definition`]: { metadata: { name: "cartsstack" } } };
    await declare({ previous: moved });
    assert.equal((await failures(() => make(args))).length, 1, "it was moved here, and nothing else takes it");
  });

  it("take no other CartsStack's state for their own", async () => {
    const team = `${START}test:index:Team$${COMPONENT}$${INSTANCE}::carts`;
    const top = `${START}${COMPONENT}$${INSTANCE}::carts`;
    for (const [urn, nested, name, refused] of [
      [team, true, "carts", true],
      [team, false, "carts", false],
      [top, true, "carts", false],
      [top, false, "blue", false],
      [top, false, "carts", true],
    ] as const) {
      const declared = await declare({ previous: had(urn) });
      const program = () => make(moved, name, nested ? { parent: new Team("a") } : {});
      if (refused) assert.equal((await failures(program)).length, 1, `${urn} ${name}`);
      else await passes(program);
      assert.equal(
        declared.some(({ type }) => type === INSTANCE),
        !refused,
      );
    }
  });

  it("know the state of a CartsStack that had another name", async () => {
    await declare({ previous: had(`${START}${COMPONENT}$${INSTANCE}::old`) });
    assert.equal((await failures(() => make(moved, "carts", { aliases: [{ name: "old" }] }))).length, 1);
  });

  it("show no secret, neither what a key is to be nor what it was", async () => {
    const urn = `${START}${COMPONENT}$${INSTANCE}::carts`;
    const refused = async (tableOnDestroy: "retain" | "delete", args: Partial<CartsStackArgs>): Promise<string> => {
      await declare({ previous: had(urn, tableOnDestroy) });
      const errors = await failures(() => make({ clusterName: "c", tableOnDestroy: "delete", ...args }));
      assert.equal(errors.length, 1);
      return errors[0]!;
    };
    assert.match(
      await refused("retain", { tableName: secret("c-carts-next") }),
      /tableName changes from "?\[secret\]"? to "?\[secret\]"?, and tableOnDestroy from "retain".*the table \[secret\] then is/,
    );
    assert.match(
      await refused("delete", { tableName: secret("c-carts-kro"), namespace: "shop" }),
      /namespace changes from "carts-kro" to "shop"\..* the table \[secret\] would be deleted/,
    );
    const shop = await refused("retain", { instanceName: secret("shop"), tableName: secret("c-carts-kro") });
    assert.match(shop, /that is "?\[secret\]"?: it would change namespace from "carts-kro" to "?\[secret\]"?\./);
  });

  it("do not judge what is unknown in a preview", async () => {
    await declare({ preview: true, previous: had(`${START}${COMPONENT}$${INSTANCE}::carts`, "delete") });
    await passes(() => make({ clusterName: "c", namespace: new Other().name, tableOnDestroy: "delete" }));
  });

  describe("where a default was the lab's, and now follows the instance's name", () => {
    const CHILD = `${START}${COMPONENT}$`;
    /** A stack that the version before made for the instance `shop`. */
    const older = (namespace = "carts-kro") => ({
      [`${CHILD}${INSTANCE}::carts`]: {
        metadata: { name: "shop", namespace: "default" },
        spec: { tableName: "c-carts-kro", namespace, tableOnDestroy: "retain" },
      },
      [`${CHILD}aws:iam/role:Role::carts-role`]: { name: "c-carts-dynamo" },
      [`${CHILD}aws:iam/rolePolicy:RolePolicy::carts-policy`]: {
        policy: JSON.stringify({ Statement: [{ Resource: "arn:aws:dynamodb:us-west-2:1:table/c-carts-*" }] }),
      },
    });
    const SHOP: CartsStackArgs = { clusterName: "c", instanceName: "shop" };

    it("refuse what would change by that alone, with the lines that keep it", async () => {
      const declared = await declare({ previous: older() });
      const [error, ...others] = await failures(() => make(SHOP));
      assert.deepEqual(others, []);
      assert.match(error!, /^nothing was changed: what isn't set follows instanceName, and that is "shop"/);
      assert.deepEqual(error!.split("\n").slice(1), [
        "  pulumi config set namespace carts-kro",
        "  pulumi config set tableName c-carts-kro",
        "  pulumi config set roleScope cluster",
      ]);
      assert.deepEqual(
        declared.map(({ type }) => type),
        [COMPONENT],
      );
    });

    it("leave the stack as it is with those lines, its role's name included", async () => {
      const declared = await declare({ previous: older() });
      const lines = { namespace: "carts-kro", tableName: "c-carts-kro", roleScope: "cluster" } as const;
      await passes(() => make({ ...SHOP, ...lines }));
      const named = (type: string) => declared.find((resource) => resource.type === type)!.inputs;
      assert.equal(named("aws:iam/role:Role").name, "c-carts-dynamo");
      assert.match(String(named("aws:iam/rolePolicy:RolePolicy").policy), /table\/c-carts-\*"/);
      const { tableName, namespace } = named(INSTANCE).spec as Record<string, string>;
      assert.deepEqual([tableName, namespace], ["c-carts-kro", "carts-kro"]);
    });

    it("ask for the keys alone that were not set, and of no other instance", async () => {
      await declare({ previous: older("own") });
      const [error] = await failures(() => make({ ...SHOP, namespace: "own", roleName: "shared" }));
      assert.deepEqual(error!.split("\n").slice(1), ["  pulumi config set tableName c-carts-kro"]);
      await declare({ previous: had(`${CHILD}${INSTANCE}::carts`) });
      await passes(() => make({ clusterName: "c" }));
    });

    it("ask when an instance gets a name of its own, too", async () => {
      await declare({ previous: had(`${CHILD}${INSTANCE}::carts`) });
      const [error] = await failures(() => make(SHOP));
      assert.deepEqual(error!.split("\n").slice(1), [
        "  pulumi config set namespace carts-kro",
        "  pulumi config set tableName c-carts-kro",
      ]);
      await declare({ previous: had(`${CHILD}${INSTANCE}::carts`) });
      await passes(() => make({ ...SHOP, namespace: "shop", tableName: "c-carts-kro" }));
    });
  });

  it("ask for the ui only where it is to be switched, and refuse where it can't be", async () => {
    const outputs = { [DEPLOYMENT]: { spec: { template: { spec: { containers: [{ name: "web" }] } } } } };
    const declared = await declare({ outputs });
    const errors = await failures(() => make({ clusterName: "c", routeUi: true }));
    assert.deepEqual(errors, [
      "nothing was changed: the Deployment ui of namespace ui has no container ui, but web: set ui.container",
    ]);
    assert.deepEqual(
      declared.map(({ type }) => type),
      [COMPONENT],
    );
    await declare({ outputs });
    await passes(() => make({ clusterName: "c" }));
  });
});

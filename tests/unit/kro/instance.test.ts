import assert from "node:assert/strict";
import { immutableChanges } from "../../../packages/kro/apiserver/immutable.ts";
import { completeInstance } from "../../../packages/kro/apiserver/instance.ts";
import { type Instance, InstanceError, KnownAfterApply, Secret, type Value } from "../../../packages/kro/index.ts";
import { toJsonSchema } from "../../../packages/kro/simpleschema/simpleSchema.ts";

const schema = toJsonSchema(
  {
    name: "string | required=true minLength=2 maxLength=4 pattern=^[a-zé😀]",
    replicas: "integer | default=1 minimum=1 maximum=9",
    ratio: "float",
    kind: "string | default=small enum=small,large",
    debug: "boolean",
    resources: { requests: { cpu: "string | default=250m", memory: "string" } },
    strict: { required: "string | required=true", defaulted: "string | default=x" },
    items: "[]Item",
    labels: "map[string]Item",
    numbers: "[]integer | uniqueItems=true maxItems=3",
    keyed: "[]Keyed | listType=map listMapKey=key",
    open: "object",
  },
  { Item: { a: "string | default=q", b: "integer" }, Keyed: { key: "string | required=true", value: "integer" } },
);

type Spec = Readonly<Record<string, Value>>;

const instance = (spec?: Spec): Instance => ({
  apiVersion: "kro.run/v1alpha1",
  kind: "Thing",
  metadata: { name: "one", namespace: "here" },
  ...(spec && { spec }),
});

const DEFAULTS = { replicas: 1, kind: "small", resources: { requests: { cpu: "250m" } } };
const complete = (spec: Spec) => completeInstance(instance({ name: "abc", ...spec }), schema).spec;

function problems(spec: Spec): readonly string[] {
  try {
    completeInstance(instance({ name: "abc", ...spec }), schema);
  } catch (error) {
    assert.ok(error instanceof InstanceError);
    return error.problems;
  }
  return [];
}

describe("an instance", () => {
  it("gets its defaults, also in objects that aren't there", () => {
    assert.deepEqual(complete({}), { name: "abc", ...DEFAULTS });
  });

  it("keeps what it says, and gets defaults around it", () => {
    const spec: Spec = {
      replicas: 3,
      resources: { requests: { memory: "1Gi" } },
      items: [{}, { a: "x" }, null],
      labels: { k: {} },
    };
    assert.deepEqual(complete(spec), {
      ...DEFAULTS,
      name: "abc",
      replicas: 3,
      resources: { requests: { cpu: "250m", memory: "1Gi" } },
      items: [{ a: "q" }, { a: "x" }, { a: "q" }],
      labels: { k: { a: "q" } },
    });
  });

  it("gets no object that requires something", () => {
    assert.equal("strict" in complete({})!, false);
    assert.deepEqual(problems({ strict: {} }), ["spec.strict.required: must be there"]);
  });

  it("counts null as absent, except in an open object", () => {
    const spec = { replicas: null, ratio: null, resources: { requests: null }, labels: { k: null }, open: { a: null } };
    assert.deepEqual(complete(spec), { name: "abc", ...DEFAULTS, labels: { k: { a: "q" } }, open: { a: null } });
    assert.deepEqual(complete({ numbers: null }), { name: "abc", ...DEFAULTS });
  });

  it("is not changed itself, and shares no default with another", () => {
    const given = Object.freeze({ name: "abc", resources: Object.freeze({}) });
    const [one, two] = [1, 2].map(() => completeInstance(instance(given), schema).spec!.resources);
    assert.deepEqual(given, { name: "abc", resources: {} });
    assert.notEqual(one, two);
  });

  it("without a spec is looked at only if the schema has a default", () => {
    assert.equal(completeInstance(instance(), schema).spec, undefined);
    assert.deepEqual(completeInstance(instance(), toJsonSchema({ a: "string | default=x" })).spec, { a: "x" });
  });

  it("keeps secrets and what is not known, wherever they are", () => {
    const [secret, later] = [new Secret("1"), new KnownAfterApply("table.arn")];
    const spec = {
      name: secret,
      replicas: later,
      resources: secret,
      items: [later, { a: secret }],
      labels: later,
      numbers: [later, later],
      keyed: [{ key: secret }, { key: secret }],
      open: { a: [secret] },
    };
    const completed = complete(spec)!;
    assert.deepEqual(completed, { ...DEFAULTS, ...spec });
    assert.equal(completed.name, secret);
    assert.equal((completed.items as Value[])[0], later);
  });

  it("may use any characters that are one, as Kubernetes counts them", () => {
    assert.deepEqual(problems({ name: "😀é" }), []);
    assert.deepEqual(problems({ name: "😀" }), ['spec.name: "😀" must be at least 2 characters long']);
  });

  const wrong: [Spec, ...string[]][] = [
    [{ name: null }, "spec.name: must be there"],
    [{ name: "Abcde" }, 'spec.name: "Abcde" must be at most 4', 'spec.name: "Abcde" must match ^[a-zé😀]'],
    [{ replicas: 0 }, "spec.replicas: 0 must be at least 1"],
    [{ replicas: 10 }, "spec.replicas: 10 must be at most 9"],
    [{ replicas: 1.5 }, "spec.replicas: 1.5 must be a whole number"],
    [{ replicas: "1" }, 'spec.replicas: "1" must be a whole number'],
    [{ ratio: "1" }, 'spec.ratio: "1" must be a number'],
    [{ kind: "huge" }, 'spec.kind: "huge" must be one of "small", "large"'],
    [{ debug: 1 }, "spec.debug: 1 must be true or false"],
    [{ resources: "x" }, 'spec.resources: "x" must be an object'],
    [{ resources: { limits: {} } }, "spec.resources.limits: {} is a field that the schema does not have"],
    [{ toString: 1 }, "spec.toString: 1 is a field that the schema does not have"],
    [{ items: {} }, "spec.items: {} must be a list"],
    [{ items: [{}, 1] }, "spec.items[1]: 1 must be an object"],
    [{ numbers: [null] }, "spec.numbers[0]: null must be a whole number"],
    [{ labels: { "a/b": { b: "x" } } }, 'spec.labels["a/b"].b: "x" must be a whole number'],
    [{ numbers: [1, 2, 1] }, "spec.numbers: [1,2,1] must not have an item twice"],
    [{ numbers: [1, 2, 3, 4] }, "spec.numbers: [1,2,3,4] must have at most 3 items"],
    [{ keyed: [{ key: "a" }, { key: "a", value: 1 }] }, "spec.keyed:"],
    [{ open: [] }, "spec.open: [] must be an object"],
    [{ debug: 1, extra: 2 }, "spec.debug: 1 must be", "spec.extra: 2 is a field"],
  ];
  for (const [spec, ...expected] of wrong) {
    it(`with ${JSON.stringify(spec)} is refused`, () => {
      const found = problems(spec);
      assert.equal(found.length, expected.length, found.join("\n"));
      for (const [i, line] of expected.entries()) assert.ok(found[i]!.startsWith(line), found[i]);
    });
  }

  it("shows no secret when it is refused", () => {
    const [line] = problems({ items: { password: new Secret("hunter2") } });
    assert.equal(line, 'spec.items: {"password":"[secret]"} must be a list');
  });

  it("needs a name that Kubernetes allows", () => {
    const named = (name: string) => ({ ...instance({ name: "abc" }), metadata: { name } });
    for (const name of ["a", "carts-kro", "a.b-2"]) completeInstance(named(name), schema);
    for (const name of ["", "A", "a_b", "-a", "a..b", "a".repeat(254)]) {
      assert.throws(() => completeInstance(named(name), schema), /^InstanceError: instance .*: metadata\.name: /, name);
    }
  });

  it("is one of a thousand in less than 200 ms", () => {
    const one = instance({ name: "abc", items: [{}, {}], labels: { a: {}, b: {} } });
    const rounds = Array.from({ length: 5 }, () => {
      const start = performance.now();
      for (let i = 0; i < 1000; i++) completeInstance(one, schema);
      return performance.now() - start;
    });
    assert.ok(Math.min(...rounds) < 200, `${rounds}`);
  });
});

describe("a validation rule", () => {
  const ruled = toJsonSchema(
    {
      text: 'string | validation="self.size() > 1" validation="self != \\"no\\""',
      range: 'Range | validation="self.low <= self.high"',
      ratio: 'float | validation="self > 0.5"',
      fixed: 'string | validation="self == oldSelf"',
      amount: 'string | validation="isQuantity(self)"',
      label: 'string | validation="!format.dns1123Label().validate(self).hasValue()"',
    },
    { Range: { low: "integer", high: "integer" } },
  );
  const broken = (spec: Spec): string => {
    try {
      completeInstance(instance(spec), ruled);
    } catch (error) {
      return (error as InstanceError).problems.join("\n");
    }
    return "";
  };

  it("must be true", () => {
    assert.equal(broken({ text: "yes", range: { low: 1, high: 2 }, ratio: 1 }), "");
    assert.equal(broken({ text: "n" }), 'spec.text: "n" breaks the rule self.size() > 1');
    assert.equal(broken({ text: "no" }), 'spec.text: "no" breaks the rule self != "no"');
    assert.equal(broken({ ratio: 0.25 }), "spec.ratio: 0.25 breaks the rule self > 0.5");
    const range = 'spec.range: {"low":2,"high":1} breaks the rule self.low <= self.high';
    assert.equal(broken({ range: { low: 2, high: 1 } }), range);
    assert.equal(broken({ amount: "1Gi" }), "");
    assert.equal(broken({ amount: "a" }), 'spec.amount: "a" breaks the rule isQuantity(self)');
  });

  it("is broken when it fails", () => {
    assert.equal(broken({ range: { low: 2 } }), 'spec.range: {"low":2} breaks the rule self.low <= self.high');
  });

  it("is left to the cluster where only the cluster can tell", () => {
    const later = new KnownAfterApply("x");
    assert.equal(broken({ text: later, range: { low: later, high: 1 }, fixed: "a", amount: later, label: "A" }), "");
    assert.equal(broken({ text: new Secret(), range: { low: new Secret(), high: 1 } }), "");
  });

  it("must be CEL", () => {
    for (const rule of ["self +", "self > 3", "self.nope", "self", "other == self"]) {
      assert.throws(() => toJsonSchema({ a: `string | validation="${rule}"` }), { path: "spec.a" }, rule);
    }
    toJsonSchema({ a: 'string | validation="!format.dns1123Label().validate(self).hasValue()"' });
  });
});

describe("an immutable field", () => {
  const fixed = toJsonSchema(
    { a: "string | immutable=true", b: { c: "integer | immutable=true", d: "string" }, e: "map[string]Fixed" },
    { Fixed: "string | immutable=true" },
  );
  const changes = (before: Spec, after: Spec) => immutableChanges(instance(before), instance(after), fixed);

  it("is named when it changes", () => {
    const before = { a: "x", b: { c: 1, d: "x" }, e: { "k/l": "x", m: "x" } };
    assert.deepEqual(changes(before, before), []);
    assert.deepEqual(changes(before, { a: "y", b: { c: 2, d: "y" }, e: { "k/l": "y", m: "x" } }), [
      "spec.a",
      "spec.b.c",
      'spec.e["k/l"]',
    ]);
  });

  it("may come and go, and be unknown; a secret may not change", () => {
    assert.deepEqual(changes({ a: "x" }, { b: { c: 1 } }), []);
    assert.deepEqual(changes({ a: "x" }, { a: new KnownAfterApply("y") }), []);
    assert.deepEqual(changes({ a: new Secret("1") }, { a: new Secret("1") }), []);
    assert.deepEqual(changes({ a: new Secret("1") }, { a: new Secret("2") }), ["spec.a"]);
  });
});

describe("a pattern", () => {
  const matches: [string, string, string][] = [
    ["^a\\-b$", "a-b", "ab"],
    ["[[:alpha:]]+$", "ab", "1"],
    ["\\Aab\\z", "ab", "abc"],
    ["(?i)^AB", "abc", "ba"],
    ["^{x}$", "{x}", "x"],
    ["^\\pL$", "é", "1"],
    ["^\\p{Greek}$", "α", "a"],
    ["^(?P<name>a)$", "a", "b"],
    ["^.$", "😀", "ab"],
    ["b", "abc", "ac"],
  ];
  for (const [pattern, good, bad] of matches) {
    it(`${pattern} means what it means in Go`, () => {
      const text = toJsonSchema({ f: `string | pattern=${JSON.stringify(pattern)}` });
      completeInstance(instance({ f: good }), text);
      assert.throws(() => completeInstance(instance({ f: bad }), text), InstanceError);
    });
  }
});

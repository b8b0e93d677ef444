import { output } from "@pulumi/pulumi";
import type { Case } from "./refusal.ts";

/** Arguments of a CartsStack as a program in JavaScript may give them, that can't be used. */
export interface ArgumentCase extends Case {
  readonly args: unknown;
}

const of = (title: string, args: object, says: RegExp): ArgumentCase => ({
  title,
  args: { clusterName: "c", ...args },
  says,
});

class Custom {
  readonly namespace = "ui";
}
const circle: Record<string, unknown> = {};
circle.self = circle;

export const ARGUMENT_CASES: readonly ArgumentCase[] = [
  { title: "no arguments", args: undefined, says: /^args is not set, but must be an object, with a clusterName/ },
  { title: "null for the arguments", args: null, says: /^args is null, but must be an object/ },
  { title: "a text for the arguments", args: "c", says: /^args is "c", but must be an object/ },
  { title: "a list for the arguments", args: ["c"], says: /^args is \["c"\], but must be an object/ },
  of("no cluster's name", { clusterName: undefined }, /^clusterName is not set, but must be an EKS cluster's name/),
  of("a number for the cluster's name", { clusterName: 5 }, /^clusterName is 5, but must be/),
  of("a symbol for the cluster's name", { clusterName: Symbol("c") }, /^clusterName is Symbol\(c\), but must be/),
  of("a function for the cluster's name", { clusterName: () => "c" }, /^clusterName is \(\) => "c", but must be/),
  of("an object that holds itself", { clusterName: circle }, /^clusterName is a value of type object, but must be/),
  of("a text for the replicas", { replicas: "2" }, /^replicas is "2", but must be a whole number/),
  of("NaN replicas", { replicas: Number.NaN }, /^replicas is NaN, but must be/),
  of("infinite replicas", { replicas: Number.POSITIVE_INFINITY }, /^replicas is Infinity, but must be/),
  of("a bigint for the replicas", { replicas: 2n }, /^replicas is 2, but must be a whole number/),
  of("a text for routeUi", { routeUi: "true" }, /^routeUi is "true", but must be true or false/),
  of(
    "an Output for createDefinition",
    { createDefinition: output(true) },
    /^createDefinition comes from a resource, but must be a plain/,
  ),
  of(
    "a promise for routeUi",
    { routeUi: Promise.resolve(true) },
    /^routeUi comes from a resource, but must be a plain/,
  ),
  of("an Output for a timeout", { timeouts: { create: output("1m") } }, /^timeouts\.create comes from a resource/),
  of("a misspelt argument", { instancename: "x" }, /^instancename is not an argument \(did you mean instanceName\?\)/),
  of("an argument of another component", { vpcId: "x" }, /^vpcId is not an argument: they are clusterName/),
  of("an argument that every object has", { __proto__x: "x" }, /^__proto__x is not an argument/),
  of("a Map for the tags", { tags: new Map([["a", "b"]]) }, /^tags is a Map, but must be an object/),
  of("a list for the tags", { tags: ["a"] }, /^tags is \["a"\], but must be an object/),
  of("a number for the ui", { ui: 7 }, /^ui is 7, but must be an object/),
  of("null in the environment", { environment: { A: null } }, /^environment\.A is null, but must be a string/),
  of("an api that isn't one", { api: "mine" }, /^api is "mine", but must be a CartsApi's definitionName/),
  of(
    "an api and a definition",
    { api: "cartsstack", createDefinition: true },
    /^createDefinition is true, but api .*set only one/,
  ),
  of("a namespace of two lines", { namespace: "a\u2028b" }, /^namespace is "a\\u2028b", but must be a DNS label/),
  of("a namespace that turns the direction of reading", { namespace: "a\u202eb" }, /^namespace is "a\\u202eb", but/),
  of(
    "a table's name of a million characters",
    { tableName: "x".repeat(1e6) },
    /^tableName is "x+…" \(1000000 characters\), but/,
  ),
  of(
    "a custom object that is like one",
    { ui: Object.assign(new Custom(), { pod: "x" }) },
    /^ui\.pod is not a key: ui has/,
  ),
];

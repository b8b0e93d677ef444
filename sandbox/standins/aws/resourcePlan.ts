import { autoname } from "../plugin/autoname.ts";
import { type PropertyChange, propertyChanges } from "../plugin/propertyDiff.ts";
import type { PropertyPath } from "../plugin/propertyPath.ts";
import type { CheckFailure, CheckRequest, CheckResult, DiffRequest, DiffResult } from "../plugin/resourceProvider.ts";
import { containsUnknown, isProperties, type Properties, type PropertyValue, unknownValue } from "../plugin/values.ts";
import type { AwsResource, InputSpec } from "./awsResource.ts";
import { equivalentPolicies, normalizePolicy } from "./policyDocument.ts";
import type { ProviderConfig } from "./providerConfig.ts";
import { StandInError } from "./standInError.ts";
import { withDefaultTags } from "./tags.ts";

/** The input in which the official provider, too, notes which other inputs were filled in by defaults. */
const defaultsKey = "__defaults";

/** Validates a resource's inputs and fills in defaults and the generated name. */
export function checkInputs(resource: AwsResource, request: CheckRequest, config: ProviderConfig): CheckResult {
  const failures: CheckFailure[] = [];
  const inputs: Properties = {};
  for (const [name, value] of Object.entries(request.inputs)) {
    const spec = resource.inputs[name];
    // Made anew below; comes back when the engine checks the inputs that a read gave.
    const derived = name === "tagsAll" && resource.inputs.tags;
    if (derived || name.startsWith("__") || value === undefined || value === null) continue;
    if (spec) inputs[name] = coerce(spec, value);
    else failures.push({ property: name, reason: unknownInput(resource, name) });
    const reason = spec && !containsUnknown(value) ? problemOf(name, spec, inputs[name] ?? null) : undefined;
    if (reason) failures.push({ property: name, reason });
  }

  const defaults: string[] = [];
  for (const [name, spec] of Object.entries(resource.inputs)) {
    if (inputs[name] !== undefined) continue;
    if (spec.required) failures.push({ property: name, reason: `Missing required argument "${name}"` });
    if (spec.default === undefined && spec.autonameLength === undefined) continue;
    defaults.push(name);
    inputs[name] = spec.autonameLength === undefined ? spec.default : autonameOnce(request, name, spec.autonameLength);
  }
  // Kept among the inputs by the official provider too, where it makes the effect of default tags visible in previews.
  if (resource.inputs.tags) inputs.tagsAll = unlessEmpty(withDefaultTags(inputs.tags, config.defaultTags));
  return { inputs: { ...inputs, [defaultsKey]: defaults.sort() }, failures, secrets: derivedSecrets(request.secrets) };
}

/** The outputs as far as they are known before anything is done. */
export function planOutputs(resource: AwsResource, inputs: Properties, config: ProviderConfig): Properties {
  const planned: Properties = {};
  for (const [name, spec] of Object.entries(resource.inputs)) {
    const value = inputs[name];
    if (value === undefined || value === null) continue;
    const isPolicy = spec.type === "policy" && typeof value === "string" && value !== unknownValue;
    planned[name] = isPolicy ? normalizePolicy(value, { versionFirst: spec.versionFirst ?? false }) : value;
  }
  if (resource.inputs.tags) planned.tagsAll = inputs.tagsAll ?? {};
  if (resource.inputs.region) planned.region ??= config.region;
  return planned;
}

/** What an update would change, and whether that makes a new resource. */
export function diffResource(resource: AwsResource, request: DiffRequest, config: ProviderConfig): DiffResult {
  const planned = planOutputs(resource, request.inputs, config);
  const changes: PropertyChange[] = [];
  for (const [name, spec] of Object.entries(resource.inputs)) {
    const before = request.oldOutputs[name];
    const after = planned[name];
    if (after === undefined && spec.computed) continue;
    if (spec.type === "policy" && typeof before === "string" && typeof after === "string") {
      if (after !== unknownValue && equivalentPolicies(before, after)) continue;
    }
    changes.push(...changesOf(spec, before, after, [name]));
  }
  if (resource.inputs.tags)
    changes.push(...propertyChanges(request.oldOutputs.tagsAll ?? {}, planned.tagsAll, ["tagsAll"]));
  return {
    changes: changes.map((change) => ({ ...change, inputDiff: false })),
    deleteBeforeReplace: keepsItsName(resource, request),
  };
}

/** The differences in one input. What AWS has chosen where the program says nothing is none. */
function changesOf(
  spec: InputSpec,
  before: PropertyValue | undefined,
  after: PropertyValue | undefined,
  path: PropertyPath,
): PropertyChange[] {
  if (after === undefined && spec.computed) return [];
  if (spec.fields && isProperties(after)) {
    const old = isProperties(before) ? before : {};
    return Object.entries(spec.fields).flatMap(([name, field]) =>
      changesOf({ ...field, forceNew: field.forceNew || spec.forceNew }, old[name], after[name], [...path, name]),
    );
  }
  const inOrder = (value: PropertyValue | undefined) =>
    spec.type === "texts" && Array.isArray(value) ? value.toSorted() : value;
  const found = propertyChanges(unlessEmpty(inOrder(before)), unlessEmpty(inOrder(after)), path);
  return found.map((change) => ({ ...change, replace: spec.forceNew ?? false }));
}

/**
 * The inputs that describe a live resource: on refresh the ones that the program gives, with their live values; on
 * import all that differ from the defaults.
 */
export function inputsOf(resource: AwsResource, outputs: Properties, oldInputs: Properties): Properties {
  const importing = Object.keys(oldInputs).length === 0;
  const inputs: Properties = importing ? { [defaultsKey]: [] } : { ...oldInputs };
  for (const [name, spec] of Object.entries(resource.inputs)) {
    const live = outputs[name];
    const old = oldInputs[name];
    const given = importing ? live !== spec.default && unlessEmpty(live) !== undefined : old !== undefined;
    if (!given) continue;
    const same =
      spec.type === "policy" && typeof live === "string" && typeof old === "string" && equivalentPolicies(old, live);
    inputs[name] = same ? old : importing ? live : asFarAsGiven(old, live);
  }
  if (inputs.tags !== undefined || inputs.tagsAll !== undefined) inputs.tagsAll = unlessEmpty(outputs.tagsAll);
  return inputs;
}

/** Of an object only the fields that the program gives. */
function asFarAsGiven(old: PropertyValue | undefined, live: PropertyValue | undefined): PropertyValue | undefined {
  if (!isProperties(old) || !isProperties(live)) return live;
  return Object.fromEntries(Object.entries(old).map(([name, value]) => [name, asFarAsGiven(value, live[name])]));
}

/** `tagsAll` repeats `tags`, so what is secret in the one is in the other. */
export function derivedSecrets(secrets: readonly PropertyPath[]): PropertyPath[] {
  return secrets.filter(([name]) => name === "tags").map(([, ...rest]) => ["tagsAll", ...rest]);
}

/** Keeps the text of a policy that the state has, as long as it means the same as the live one. */
export function policyToKeep(known: PropertyValue | undefined, live: string, versionFirst: boolean): string {
  if (typeof known === "string" && equivalentPolicies(known, live)) return known;
  return normalizePolicy(live, { versionFirst });
}

function unknownInput({ type, refusedInputs }: AwsResource, name: string): string {
  const what = refusedInputs.includes(name) ? "is not implemented" : "is not a property of this type";
  return new StandInError(`${type}: the input ${JSON.stringify(name)} ${what}`).message;
}

/** Takes `"true"` for true, 2 for "2" and so on, as Terraform and with it the official provider does. */
function coerce(spec: InputSpec, value: PropertyValue): PropertyValue {
  if (containsUnknown(value)) return value;
  switch (spec.type) {
    case "policy":
      return isProperties(value) ? JSON.stringify(value) : value;
    case "boolean":
      return value === "true" || value === "false" ? value === "true" : value;
    case "integer":
      return typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
    case "string":
      return scalarText(value);
    case "texts":
      return Array.isArray(value) ? value.map(scalarText) : value;
    case "object":
      if (!isProperties(value)) return value;
      return Object.fromEntries(
        Object.entries(value).flatMap(([name, field]) => {
          const known = spec.fields?.[name];
          if (field === undefined || field === null) return [];
          return [[name, known ? coerce(known, field) : field]];
        }),
      );
    case "tags":
      if (!isProperties(value)) return value;
      return Object.fromEntries(Object.entries(value).map(([key, tag]) => [key, scalarText(tag ?? "")]));
  }
}

function scalarText(value: PropertyValue): PropertyValue {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}

function problemOf(name: string, spec: InputSpec, value: PropertyValue): string | undefined {
  if (spec.fields && isProperties(value)) return problemWithin(name, spec.fields, value);
  const expected = expectation(spec, value);
  if (expected) return `"${name}" must be ${expected}, got ${JSON.stringify(value)}`;
  const problem = spec.problem?.(value);
  return problem && `"${name}" ${problem}`;
}

function problemWithin(
  name: string,
  fields: Readonly<Record<string, InputSpec>>,
  value: Properties,
): string | undefined {
  const unknown = Object.keys(value).find((field) => !(field in fields));
  if (unknown) return new StandInError(`"${name}.${unknown}" is not implemented`).message;
  for (const [field, spec] of Object.entries(fields)) {
    const inner = value[field];
    if (inner === undefined && spec.required) return `Missing required argument "${name}.${field}"`;
    const problem =
      inner === undefined || containsUnknown(inner) ? undefined : problemOf(`${name}.${field}`, spec, inner ?? null);
    if (problem) return problem;
  }
  return undefined;
}

function expectation({ type }: InputSpec, value: PropertyValue): string | undefined {
  switch (type) {
    case "boolean":
      return typeof value === "boolean" ? undefined : "true or false";
    case "integer":
      return Number.isInteger(value) ? undefined : "an integer";
    case "tags":
      return isProperties(value) && Object.values(value).every((tag) => typeof tag === "string")
        ? undefined
        : "a map of texts";
    case "texts":
      return Array.isArray(value) && value.every((item) => typeof item === "string") ? undefined : "a list of texts";
    case "object":
      return "an object";
    case "policy":
      return typeof value === "string" && isJsonObject(value) ? undefined : "a policy document in JSON";
    case "string":
      return typeof value === "string" ? undefined : "a text";
  }
}

function isJsonObject(value: string): boolean {
  try {
    return isProperties(JSON.parse(value) as PropertyValue);
  } catch {
    return false;
  }
}

/** A name that the program gave before and leaves out now is not kept: only a generated one is. */
function autonameOnce(request: CheckRequest, name: string, maxLength: number): string {
  const { oldInputs } = request;
  const generated = Array.isArray(oldInputs[defaultsKey]) && oldInputs[defaultsKey].includes(name);
  return autoname(generated ? request : { ...request, oldInputs: {} }, name, maxLength);
}

/** With a name given by the program, a replacement cannot stand beside the old resource. */
function keepsItsName(resource: AwsResource, { inputs, oldOutputs }: DiffRequest): boolean {
  const defaults = inputs[defaultsKey];
  return Object.entries(resource.inputs).some(([name, spec]) => {
    if (spec.autonameLength === undefined) return false;
    const generated = Array.isArray(defaults) && defaults.includes(name);
    return !generated && inputs[name] === oldOutputs[name];
  });
}

/** An empty text, map, list, zero or false is no different from nothing at all, as in Terraform. */
function unlessEmpty(value: PropertyValue | undefined): PropertyValue | undefined {
  if (value === null || value === "" || value === false || value === 0) return undefined;
  return typeof value === "object" && Object.keys(value).length === 0 ? undefined : value;
}

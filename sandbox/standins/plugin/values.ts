import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { PropertyPath } from "./propertyPath.ts";

// The markers of Pulumi's wire format: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** The text that stands for a value which is not known yet, in previews. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A property value: JSON, where the text {@link unknownValue} means "known after apply". Secrets are marked apart. */
export type PropertyValue = null | boolean | number | string | PropertyValue[] | Properties;

/** A resource's inputs or outputs by name. An `undefined` member is left out when sent. */
export type Properties = { [name: string]: PropertyValue | undefined };

/** What came over the wire: plain values, and where in them the secrets are. */
export interface Decoded {
  readonly values: Properties;
  readonly secrets: readonly PropertyPath[];
}

/** Whether a value is a map, neither a list nor a scalar. */
export function isProperties(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is, or holds anywhere inside, something not known yet. */
export function containsUnknown(value: PropertyValue | undefined): boolean {
  if (Array.isArray(value)) return value.some(containsUnknown);
  if (isProperties(value)) return Object.values(value).some(containsUnknown);
  return value === unknownValue;
}

/** Marks a value as secret for the engine, which then encrypts it in the state and hides it in displays. */
export function secret(value: PropertyValue): PropertyValue {
  return isSecret(value) ? value : { [signatureKey]: secretSignature, value };
}

/** Unwraps a message's Struct: the values without secret marks, and the paths that had one. */
export function decode(message: struct.Struct | undefined): Decoded {
  const secrets: PropertyPath[] = [];
  const strip = (value: PropertyValue | undefined, path: PropertyPath): PropertyValue | undefined => {
    if (Array.isArray(value)) return value.map((item, i) => strip(item, [...path, i]) ?? null);
    if (!isProperties(value)) return value;
    if (isSecret(value)) {
      secrets.push(path);
      return strip(value.value, path);
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, strip(item, [...path, key])]));
  };
  const values = strip((message?.toJavaScript() ?? {}) as Properties, []) as Properties;
  return { values, secrets };
}

/**
 * Makes a message's Struct. Where `secrets` names a path that the values have, that value is marked secret; where they
 * only have the way to it (a list that got shorter, a map that became a text), the deepest value on the way is.
 */
export function encode(values: Properties, secrets: readonly PropertyPath[] = []): struct.Struct {
  let marked: PropertyValue = values;
  for (const path of secrets) marked = path.length === 0 ? marked : markSecret(marked, path);
  return toValue(marked).getStructValue() ?? new struct.Struct();
}

function isSecret(value: PropertyValue | undefined): value is { value: PropertyValue } {
  return isProperties(value) && value[signatureKey] === secretSignature;
}

function markSecret(value: PropertyValue, path: PropertyPath): PropertyValue {
  const [key, ...rest] = path;
  if (key === undefined || isSecret(value)) return secret(value);
  if (Array.isArray(value)) {
    const item = value[Number(key)];
    return item === undefined ? secret(value) : value.with(Number(key), markSecret(item, rest));
  }
  if (!isProperties(value)) return secret(value);
  const member = value[key];
  // A property that is gone holds no secret any more.
  return member === undefined || member === null ? value : { ...value, [key]: markSecret(member, rest) };
}

function toValue(value: PropertyValue): struct.Value {
  const message = new struct.Value();
  if (value === null) return message.setNullValue(struct.NullValue.NULL_VALUE);
  if (typeof value === "boolean") return message.setBoolValue(value);
  if (typeof value === "string") return message.setStringValue(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new Error(`a property cannot be the number ${value}`);
    return message.setNumberValue(value);
  }
  if (Array.isArray(value)) return message.setListValue(new struct.ListValue().setValuesList(value.map(toValue)));
  if (!isPlain(value)) throw new Error(`a property cannot be a ${Object.prototype.toString.call(value)}`);
  const fields = new struct.Struct();
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) fields.getFieldsMap().set(name, toValue(member));
  }
  return message.setStructValue(fields);
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

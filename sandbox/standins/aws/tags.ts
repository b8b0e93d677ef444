import { containsUnknown, isProperties, type PropertyValue, unknownValue } from "../plugin/values.ts";

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;

/** A resource's tags together with the provider's default tags, of which the resource's own win. May be unknown. */
export function withDefaultTags(tags: PropertyValue | undefined, defaultTags: Tags): PropertyValue {
  if (tags === unknownValue) return unknownValue;
  return { ...defaultTags, ...(isProperties(tags) ? tags : {}) };
}

/** A property as tags; throws when it is not known yet. */
export function asTags(value: PropertyValue | undefined): Tags {
  if (containsUnknown(value)) throw new Error("tags are not known yet");
  return isProperties(value) ? Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)])) : {};
}

/** AWS's own tags, which nobody else may set or remove, are left out as the official provider does. */
export function withoutAwsTags(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith("aws:")));
}

/** What remains of a resource's live tags once the default ones that it did not set itself are taken away. */
export function withoutDefaultTags(live: Tags, defaultTags: Tags, own: Tags): Tags {
  return Object.fromEntries(Object.entries(live).filter(([key, text]) => key in own || defaultTags[key] !== text));
}

/** What to set and what to remove to turn one set of tags into another. */
export function tagChanges(before: Tags, after: Tags): { set: Tags; remove: string[] } {
  return {
    set: Object.fromEntries(Object.entries(after).filter(([key, text]) => before[key] !== text)),
    remove: Object.keys(before).filter((key) => !(key in after)),
  };
}

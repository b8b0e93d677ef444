/** The schema of an RGD's API, in kro's SimpleSchema. */
export interface ApiSchema {
  readonly spec?: unknown;
  readonly types?: unknown;
}

/** How the `spec` of one API differs from that of another, by paths such as `resources.limits` or `tags[].key`. */
export interface SchemaDifference {
  /** What the other API lacks, or has as a field of another type; of an object that it lacks, the object alone. */
  readonly lacking: readonly string[];
  /** What the other API requires in addition, without a default. */
  readonly required: readonly string[];
}

/** Compares `own` with `other`. */
export function compareSchemas(own: ApiSchema, other: ApiSchema): SchemaDifference {
  const [ours, theirs] = [fieldsOf(own), fieldsOf(other)];
  // Of what is in an object that isn't there, or takes any fields, nothing is said.
  const isSame = (path: string) => path === "" || ours.get(path)?.type === theirs.get(path)?.type;
  return {
    lacking: [...ours.keys()].filter(
      (path) => isSame(parentOf(path)) && !isSame(path) && theirs.get(path)?.type !== "object",
    ),
    required: [...theirs].flatMap(([path, { required }]) =>
      required && !ours.has(path) && isSame(parentOf(path)) ? [path] : [],
    ),
  };
}

interface Field {
  /** `fields` of an object that has these and no others, `list`, `map`, or a type of kro's: `object` takes any fields. */
  readonly type: string;
  readonly required: boolean;
}

type Fields = ReadonlyMap<string, Field>;

/** Path of what holds a field: `tags[].key` is in `tags`. */
const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf("."), 0)).replace(/(\[\])+$/, "");

/** kro gives up at deeper types. */
const MAX_NESTING = 16;

/**
 * The fields of a schema by path. kro has judged it, so whatever is wrong with one is left alone.
 *
 * @see https://kro.run/api/specifications/simple-schema
 */
function fieldsOf({ spec, types }: ApiSchema): Fields {
  const found = new Map<string, Field>();
  const named = new Map(Object.entries(Object(types) as object));

  const addAll = (fields: unknown, path: string, depth: number) => {
    for (const [name, field] of Object.entries(Object(fields) as object)) add(field, path + name, depth);
  };

  function add(field: unknown, path: string, depth: number): void {
    if (depth > MAX_NESTING) return;
    if (typeof field !== "string") {
      found.set(path, { type: "fields", required: found.get(path)?.required ?? false });
      addAll(field, `${path}.`, depth + 1);
      return;
    }
    const [, type = "", markers = ""] = /^([^|]*)(?:\|(.*))?$/s.exec(field) ?? [];
    const required = (found.get(path)?.required ?? false) || isRequired(markers);
    const [name, element] = unwrap(type.trim());
    found.set(path, { type: name, required });
    // An alias may have markers of its own.
    if (named.has(name)) add(named.get(name), path, depth + 1);
    else if (element !== undefined) addElement(element, `${path}[]`, depth + 1);
  }

  function addElement(type: string, path: string, depth: number): void {
    const [name, inner] = unwrap(type);
    if (depth > MAX_NESTING) return;
    if (inner !== undefined) addElement(inner, `${path}[]`, depth + 1);
    else if (typeof named.get(name) === "object") addAll(named.get(name), `${path}.`, depth + 1);
  }

  addAll(spec, "", 0);
  return found;
}

/** A type's name, and of a list or map what is in it. */
function unwrap(type: string): readonly [name: string, element?: string] {
  const [, wrap, element] = /^(\[\]|map\[string\])\s*(.*)$/s.exec(type) ?? [];
  return wrap === undefined ? [type] : [wrap === "[]" ? "list" : "map", element];
}

/** Whether an object must have the field; the API server fills in a default first. */
function isRequired(markers: string): boolean {
  const unquoted = markers.replaceAll(/"(?:\\.|[^"\\])*"/gs, '""');
  return /(^|\s)required="?(1|t|T|TRUE|true|True)\b/.test(unquoted) && !/(^|\s)default=/.test(unquoted);
}

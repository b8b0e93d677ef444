import type { KubernetesObject } from "../../kro/index.ts";
import type { Action } from "../changes.ts";
import type { PlannedChange } from "../pulumi/plan.ts";
import type { Inputs } from "../pulumi/values.ts";
import { flat, Pool } from "../sharing.ts";
import type { Located } from "./manifests.ts";

/** What a change is, but for its two sides. */
type About = Pick<PlannedChange, "type" | "name" | "changed"> & { readonly action: Action };

/** An object of a manifest that is kept as its text, and read from it each time that it is asked for. */
export class PackedObject implements Located<KubernetesObject> {
  readonly file: string;
  readonly line: number;
  readonly #packed: Packed;

  constructor({ object, file, line }: Located<KubernetesObject>) {
    this.file = file;
    this.line = line;
    this.#packed = pack(object);
  }

  get object(): KubernetesObject {
    return unpack(this.#packed) as unknown as KubernetesObject;
  }
}

/**
 * The change of an object in a manifest. Of each side it keeps a text, which takes a part of what the object does, and the
 * text of two equal ones once: a plan has thousands of instances, and each is looked at for a moment. To spread it leaves the
 * sides out.
 */
export class PackedChange implements PlannedChange {
  readonly type: string;
  readonly name: string;
  readonly action: Action;
  readonly changed: readonly string[];
  readonly #file: string;
  readonly #line: number;
  readonly #before: Packed;
  readonly #after: Packed;

  constructor(
    { type, name, action, changed }: About,
    before: KubernetesObject | undefined,
    after: KubernetesObject | undefined,
    { file, line }: Located<unknown>,
  ) {
    this.type = TYPES.of(type, type);
    this.name = flat(name);
    this.action = action;
    this.changed = CHANGED.of(JSON.stringify(changed), changed);
    this.#file = file;
    this.#line = line;
    this.#before = pack(before);
    this.#after = action === "same" ? this.#before : pack(after);
  }

  /** Put together of texts that are there already. */
  get urn(): string {
    return URNS.of(this.type, `urn:kro-preview:${this.type}::`) + this.name;
  }

  get before(): Inputs | undefined {
    return unpack(this.#before);
  }

  get after(): Inputs | undefined {
    return unpack(this.#after);
  }

  get place(): string {
    return `${this.#file}:${this.#line}`;
  }

  get retained(): boolean {
    return false;
  }

  get imported(): boolean {
    return false;
  }
}

/** What few kinds and fields there are is there once. */
const TYPES = new Pool<string>();
const URNS = new Pool<string>();
const CHANGED = new Pool<readonly string[]>();

/** JSON, or an object that JSON doesn't have as it is. */
type Packed = string | KubernetesObject | undefined;

function pack(object: KubernetesObject | undefined): Packed {
  let isExact = true;
  const text = JSON.stringify(object, (_, value: unknown) => {
    if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) isExact = false;
    return value;
  });
  return isExact ? text : object;
}

const unpack = (packed: Packed): Inputs | undefined =>
  (typeof packed === "string" ? JSON.parse(packed) : packed) as Inputs | undefined;

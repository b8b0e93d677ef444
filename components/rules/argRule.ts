/** What a text must be like. */
export interface TextRule {
  /** A regular expression that JavaScript, with its flag `u`, and the API server (RE2) read alike. */
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** One argument, or one field of an argument that is an object. */
export interface ArgRule extends TextRule {
  readonly type: "string" | "integer" | "boolean" | "object" | "array";
  /** What it is: one sentence, in the config as in the RGD's schema. */
  readonly description: string;
  /** What else the config should say of it. */
  readonly note?: string;
  /** None: undefined, unless it is `required`. */
  readonly default?: unknown;
  /** The default where it isn't a value of its own, in Markdown. */
  readonly defaultNote?: string;
  readonly required?: true;
  /** The texts that it may be, or of an array that may be in it, each once. */
  readonly enum?: readonly string[];
  readonly minimum?: number;
  /** Asked for here only: the API server refuses more where the number ends up. */
  readonly maximum?: number;
  readonly format?: "duration";
  /** What the API of the RGD leaves open, because instances of others may have it, and this program asks for as well. */
  readonly stricter?: TextRule;
  /** What is asked for here in place of the API's rule, where the API has a part of it. */
  readonly whole?: TextRule;
  /** The end of "<name> is <value>, but ...": the rule, and what to do. */
  readonly must?: string;
  /** Of an object that has these fields and no other. */
  readonly fields?: Readonly<Record<string, ArgRule>>;
  /** Of an object that has any names, each with a text, or with an object that has these fields. */
  readonly entries?: {
    readonly name: TextRule & { readonly must: string };
    readonly value?: TextRule & { readonly must: string };
    readonly fields?: Readonly<Record<string, ArgRule>>;
    /** How many there may be. */
    readonly most?: { readonly number: number; readonly must: string };
  };
}

/** Pattern of a text that is well-formed, without a NUL. */
export const TEXT = "^[^\\x00\\p{Cs}]*$";

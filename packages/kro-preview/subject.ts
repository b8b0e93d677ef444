/** What a plan and its report are of. A Pulumi stack has `project` and `stack`; anything else has a `title`. */
export interface Subject {
  readonly project?: string;
  /** Its name, without the project. */
  readonly stack?: string;
  /** What is compared, as the end of a sentence: `main and HEAD`. */
  readonly title?: string;
}

/** Names a subject, in a heading: `carts-stack/dev`, `main and HEAD`. */
export const subjectName = ({ project, stack, title }: Subject): string => title ?? `${project}/${stack}`;

/** How to speak of the RGDs and instances that a plan holds, and of the others. */
export interface Wording {
  /** The type of a resource, before its name, from Pulumi's. */
  readonly typeText: (type: string) => string;
  /** A kind in a sentence, from Pulumi's type. */
  readonly kindText: (type: string) => string;
  /** Heads the list of what changes besides kro's children. */
  readonly plan: string;
  /** One of it. */
  readonly planned: string;
  /** Stands before its numbers. */
  readonly counted: string;
  /** The whole of it, in a sentence. */
  readonly here: string;
  /** The same, before what it has. */
  readonly own: string;
  /** Heads the instances that are not in it. */
  readonly others: string;
  /** Those instances, in a sentence. */
  readonly otherInstances: string;
  /** Behind the name of one. */
  readonly other: string;
  /** One, in a sentence. */
  readonly whose: string;
  /** Names files with RGDs. */
  readonly option: string;
  /** What makes CRDs known. */
  readonly crds: string;
}

const PULUMI: Wording = {
  typeText: (type) => type,
  kindText: (type) => type,
  plan: "Pulumi's plan",
  planned: "resource of Pulumi's plan",
  counted: "Pulumi",
  here: "this stack",
  own: "this stack's",
  others: "Instances of other stacks",
  otherInstances: "instances that other stacks own",
  other: "of another stack",
  whose: "which another stack owns",
  option: "--rgd",
  crds: "--cluster",
};

const MANIFESTS: Wording = {
  typeText: (type) => type.split(":").at(-1)!,
  kindText: (type) => type.replace(/^kubernetes:([^:]*):([^:]*)$/, "$2 ($1)"),
  plan: "RGDs and instances",
  planned: "RGD or instance",
  counted: "RGDs and instances",
  here: "these files",
  own: "these files'",
  others: "Instances in the cluster",
  otherInstances: "instances that are in no file",
  other: "in the cluster",
  whose: "which is in no file",
  option: "-f",
  crds: "--crds or --cluster",
};

export const wordingOf = ({ title }: Subject): Wording => (title === undefined ? PULUMI : MANIFESTS);

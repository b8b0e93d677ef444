import { type CustomResourceOptions, getProject, getStack } from "@pulumi/pulumi";
import { nothingChanged } from "./refusal.ts";

/** Environment variable by which `carts adopt` tells a run of the program what it takes over: an {@link Adoption} as JSON. */
export const ADOPTION = "CARTS_STACK_ADOPTION";

/** What one run of one stack's program takes over: that, and nothing else. */
export interface Adoption {
  /** Whose program it is: to any other stack the variable says nothing. */
  readonly project: string;
  readonly stack: string;
  /** Ids, as Pulumi imports a resource by them, by `<type> <name>` of the resource in the program. */
  readonly imports: Readonly<Record<string, string>>;
  /** Uids of objects in the cluster that may be taken. Undefined: whatever is there, which is for previews alone. */
  readonly uids?: readonly string[];
}

/** Key of a resource in {@link Adoption.imports}. */
export const adoptionKey = (type: string, name: string): string => `${type} ${name}`;

/**
 * Undefined where nothing is taken over: nearly always.
 *
 * @throws Refusal where the variable is no {@link Adoption}.
 */
function adoption(): Adoption | undefined {
  const text = process.env[ADOPTION];
  if (!text) return undefined;
  const told = parsed(text);
  if (typeof told?.imports !== "object" || (told.uids !== undefined && !Array.isArray(told.uids))) {
    throw nothingChanged(`${ADOPTION} is ${text}, which says nothing of what is taken over: unset it (docs/adopt.md)`);
  }
  return told.project === getProject() && told.stack === getStack() ? told : undefined;
}

function parsed(text: string): Adoption | undefined {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Options of a resource: it is imported where it is to be taken over, and then updated to what is declared. */
export function adopted(type: string, name: string): Pick<CustomResourceOptions, "import"> {
  const id = adoption()?.imports[adoptionKey(type, name)];
  return id === undefined ? {} : { import: id };
}

/** Whether an object in the cluster, by its uid, may be taken though the stack's state doesn't have it. */
export function mayBeTaken(uid: string | undefined, isPreview: boolean): boolean {
  const told = adoption();
  if (!told) return false;
  return told.uids ? uid !== undefined && told.uids.includes(uid) : isPreview;
}

/** Whether the run takes over an RGD, or a preview looks for one. */
export const mayAdoptDefinition = (): boolean => {
  const told = adoption();
  return (
    told !== undefined && (!told.uids || Object.keys(told.imports).some((key) => /:ResourceGraphDefinition /.test(key)))
  );
};

import { NAMESPACE } from "./look.ts";

/** A command, and what is to be there when it is done. */
export interface Operation {
  readonly name: string;
  readonly command: "up" | "destroy";
  readonly config: Readonly<Record<string, unknown>>;
  /** Whether the stack is there after it, and whether the table is. */
  readonly leaves: { readonly stack: boolean; readonly table: boolean };
}

const STAYS = { stack: true, table: true } as const;
const retain = { tableOnDestroy: "retain" } as const;
const moved = { namespace: "carts-moved" } as const;

/** One after the other they are the life of a stack: each goes on where the one before ended. */
export const OPERATIONS: readonly Operation[] = [
  { name: "create", command: "up", config: retain, leaves: STAYS },
  { name: "update", command: "up", config: { ...retain, imageVersion: "1.3.1", replicas: 2 }, leaves: STAYS },
  { name: "replace", command: "up", config: { ...retain, ...moved }, leaves: STAYS },
  { name: "replace back", command: "up", config: { ...retain, namespace: NAMESPACE }, leaves: STAYS },
  { name: "destroy, retain", command: "destroy", config: retain, leaves: { stack: false, table: true } },
  { name: "create again", command: "up", config: { tableOnDestroy: "delete" }, leaves: STAYS },
  {
    name: "destroy, delete",
    command: "destroy",
    config: { tableOnDestroy: "delete" },
    leaves: { stack: false, table: false },
  },
];

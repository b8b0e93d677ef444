import { getOrganization, getProject, getStack } from "@pulumi/pulumi";

/** Annotation that says which stack has declared an object. Its value is a stack's full name. */
export const OWNER = "carts-stack/owner";

/** The full name of the stack that is being brought up, `organization/project/stack`. */
export const ownStack = (): string => [getOrganization(), getProject(), getStack()].join("/");

import { RunError } from "@pulumi/pulumi";

/** An error that a user can mend; Pulumi prints its message alone, without a stack. */
export class Refusal extends RunError {
  constructor(message: string) {
    super(message);
    // What a refused CartsStack would have had fails with this error, too. Pulumi reports it once, and would put in front
    // of its message the names of the properties that it came by: `error serializing property "outputs": ...`.
    Object.defineProperty(this, "message", { get: () => message, set: () => {} });
    // Of a rejection Pulumi prints the stack, where there is one.
    Object.defineProperty(this, "stack", { value: message });
  }
}

/** Of what is wrong before anything is declared. `carts up` knows such a refusal by how it begins. */
export const nothingChanged = (problem: string): Refusal => new Refusal(`nothing was changed: ${problem}`);

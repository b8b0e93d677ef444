/** Something that the user can read and act on: printed as one error, without a stack trace. */
export class UserError extends Error {}

/** The kro that is followed. */
export const FOLLOWED = "0.9.4";

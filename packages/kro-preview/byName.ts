/** Names as a reader orders them: svc3 comes before svc27. */
export const byName: (a: string, b: string) => number = new Intl.Collator("en", { numeric: true }).compare;

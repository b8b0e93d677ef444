let compare: ((a: string, b: string) => number) | undefined;

/** Names as a reader orders them: svc3 comes before svc27. */
export function byName(a: string, b: string): number {
  // What it takes is some of the time that a command takes to start.
  compare ??= new Intl.Collator("en", { numeric: true }).compare;
  return compare(a, b);
}

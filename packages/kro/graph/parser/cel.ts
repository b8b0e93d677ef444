/** A piece of a string in a template: text as it is, or what stands between `${` and `}`. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "expression"; readonly expression: string };

/** An expression within an expression, outside of a string literal; kro refuses it. */
export class NestedExpressionError extends Error {
  constructor() {
    super("nested expressions are not allowed unless inside string literals");
    this.name = "NestedExpressionError";
  }
}

/**
 * The parts of a string in their order; an empty string has none. As in kro, only double quotes make a string literal
 * (braces in one don't count), and a `${` that is never closed is text.
 *
 * @throws NestedExpressionError
 * @see https://github.com/kubernetes-sigs/kro/blob/v0.9.4/pkg/graph/parser/cel.go
 */
export function extractExpressions(text: string): Part[] {
  const parts: Part[] = [];
  let done = 0;
  let from = 0;
  while (from < text.length) {
    const start = text.indexOf("${", from);
    if (start < 0) break;
    const end = endOfExpression(text, start + 2);
    if (end === undefined) {
      // kro goes on by one character and finds the same "${" until it is behind it.
      from = start + 1;
      continue;
    }
    if (start > done) parts.push({ kind: "text", text: text.slice(done, start) });
    parts.push({ kind: "expression", expression: text.slice(start + 2, end) });
    from = done = end + 1;
  }
  if (done < text.length) parts.push({ kind: "text", text: text.slice(done) });
  return parts;
}

/**
 * Whether the string is one expression and nothing else: its value keeps its type.
 *
 * @throws NestedExpressionError
 */
export function isStandaloneExpression(text: string): boolean {
  const parts = extractExpressions(text);
  return parts.length === 1 && parts[0]?.kind === "expression";
}

/** Where the expression's closing brace is; undefined when there is none. */
function endOfExpression(text: string, from: number): number | undefined {
  let depth = 1;
  let inString = false;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === "\\") at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{") depth++;
    else if (char === "}" && --depth === 0) return at;
    else if (text.startsWith("${", at) && text[at - 1] !== '"') throw new NestedExpressionError();
  }
  return undefined;
}

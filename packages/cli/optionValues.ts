import { InvalidArgumentError } from "commander";

/** A path: in a pipeline an empty one is a variable that isn't set, and would be this folder. */
export function toPath(text: string): string {
  if (text === "" || text.includes("\0")) throw new InvalidArgumentError("A path can't be empty.");
  return text;
}

export const toPaths = (text: string, earlier: readonly string[] = []): readonly string[] => [...earlier, toPath(text)];

export function toWebAddress(text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? "")) {
    throw new InvalidArgumentError("An address begins with https:// or http://.");
  }
  return text;
}

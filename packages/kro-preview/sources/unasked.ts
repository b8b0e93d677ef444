import { count } from "../../console/index.ts";

/** Of objects of which the same is told, so many are named. */
const NAMED = 3;

/** What an API server was not asked about, and why; the same of many objects once. */
export class Unasked {
  readonly #told = new Map<string, { readonly titles: Set<string>; readonly sentence: (titles: string) => string }>();

  /** It was not asked. `why` is the half of a sentence. */
  not(title: string, why: string): void {
    this.#add(title, (titles) => `The API server was not asked about ${titles}: ${why}.`);
  }

  /** It could not be asked. */
  failed(title: string, { message }: Error): void {
    this.#add(title, (titles) => `The API server could not be asked about ${titles}: ${message}.`);
  }

  /** It would store another spec of an instance than was rendered. */
  admitted(title: string): void {
    this.#add(
      title,
      (titles) =>
        `The API server would store another spec of ${titles} than was rendered: what is within is told by the latter.`,
    );
  }

  /** What is there already comes to be within an instance that is not. */
  taken(title: string): void {
    this.#add(title, (titles) => `${titles} is there already, within an instance that is not: it is told as new.`);
  }

  /** All that was told, as sentences. */
  sentences(): readonly string[] {
    return [...this.#told.values()].map(({ titles, sentence }) => {
      const [named, more] = [[...titles].slice(0, NAMED), titles.size - NAMED];
      return sentence(more > 0 ? `${named.join(", ")} and ${count(more, "more object")}` : named.join(", "));
    });
  }

  #add(title: string, sentence: (titles: string) => string): void {
    const key = sentence("");
    const { titles } = this.#told.get(key) ?? { titles: new Set<string>() };
    this.#told.set(key, { titles: titles.add(title), sentence });
  }
}

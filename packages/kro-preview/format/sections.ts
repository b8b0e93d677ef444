import { count } from "../../console/index.ts";

/** A part of a document. Of its blocks, the last ones can be left out. */
export interface Section {
  /** What a block is called when it is left out: `field diff`. */
  readonly block: string;
  /** Comes before the blocks, and goes with the last of them. */
  readonly head: string;
  readonly blocks: readonly string[];
  /** Between two blocks: a newline for rows and items. */
  readonly separator: string;
  /** Sections of a lower rank lose their blocks first. */
  readonly rank: number;
}

/**
 * `intro` and the sections, as one text of at most `limit` bytes. What doesn't fit is left out whole, block by block,
 * and a sentence says so.
 *
 * @param rest - where the whole is, as the end of that sentence: `[the full report](...)`.
 */
export function fitSections(intro: string, sections: readonly Section[], limit: number, rest: string): string {
  const kept = new Map(sections.map((section) => [section, section.blocks.length]));
  const whole = write(intro, kept, "");
  if (bytes(whole) <= limit) return whole;
  const longestSentence = sentence(new Map(sections.map((section) => [section, 0])), rest);
  const room = limit - bytes(`${intro}\n\n${longestSentence}\n`);
  let size = sections.reduce((sum, section) => sum + sizeOf(section), 0);
  for (const section of sections.toSorted((a, b) => a.rank - b.rank)) {
    let left = section.blocks.length;
    while (size > room && left > 0) {
      left -= 1;
      size -= bytes(section.separator + section.blocks[left]) + (left === 0 ? bytes(section.head) + GAP : 0);
    }
    kept.set(section, left);
  }
  return write(intro, kept, sentence(kept, rest));
}

const bytes = (text: string): number => Buffer.byteLength(text);

/** At most: between a section and what is before it, and between its head and its blocks. */
const GAP = 4;

const sizeOf = ({ head, blocks, separator }: Section): number =>
  blocks.length === 0 ? 0 : blocks.reduce((sum, block) => sum + bytes(separator + block), bytes(head) + GAP);

function write(intro: string, kept: ReadonlyMap<Section, number>, cutSentence: string): string {
  const parts = [...kept]
    .filter(([, number]) => number > 0)
    .map(([{ head, blocks, separator }, number]) => `${head && `${head}\n`}${blocks.slice(0, number).join(separator)}`);
  return `${[intro, cutSentence, ...parts].filter(Boolean).join("\n\n")}\n`;
}

function sentence(kept: ReadonlyMap<Section, number>, rest: string): string {
  const left = Map.groupBy([...kept], ([{ block }]) => block);
  const cut = [...left]
    .map(([block, all]) => ({ block, number: all.reduce((sum, [{ blocks }, some]) => sum + blocks.length - some, 0) }))
    .filter(({ number }) => number > 0)
    .map(({ block, number }) => count(number, block));
  return `**Cut to fit a comment:** ${cut.join(", ")} left out. All of it is in ${rest}.`;
}

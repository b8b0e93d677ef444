import xterm from "@xterm/headless";

/** A terminal of 80 columns, what can be read on it, and what was written to it. */
export function terminal(rows: number, columns = 80) {
  const screen = new xterm.Terminal({ cols: 80, rows, convertEol: true, allowProposedApi: true });
  const written: string[] = [];
  const write = (text: string) => {
    written.push(text);
    screen.write(text);
  };
  const stream = { columns, rows: columns && rows, isTTY: true, write };
  const read = async (): Promise<string[]> => {
    await new Promise((drawn) => setImmediate(drawn));
    await new Promise<void>((shown) => screen.write("", shown));
    const { active } = screen.buffer;
    const lines = Array.from({ length: active.length }, (_, i) => active.getLine(i)!.translateToString(true));
    return lines.slice(0, lines.findLastIndex((line) => line !== "") + 1);
  };
  return { stream: stream as unknown as NodeJS.WriteStream, read, written };
}

import xterm from "@xterm/headless";

/** A terminal of 80 columns, and what can be read on it. */
export function terminal(rows: number, columns = 80) {
  const screen = new xterm.Terminal({ cols: 80, rows, convertEol: true, allowProposedApi: true });
  const stream = { columns, rows: columns && rows, isTTY: true, write: (text: string) => screen.write(text) };
  const read = async (): Promise<string[]> => {
    await new Promise<void>((written) => screen.write("", written));
    const { active } = screen.buffer;
    const lines = Array.from({ length: active.length }, (_, i) => active.getLine(i)!.translateToString(true));
    return lines.slice(0, lines.findLastIndex((line) => line !== "") + 1);
  };
  return { stream: stream as unknown as NodeJS.WriteStream, read };
}

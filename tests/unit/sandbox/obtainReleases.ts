// What `npm run sandbox` does for some parts, as a program of its own:
//   obtainReleases.ts <seconds for an answer> <seconds for a byte> <part>@<version>...
// It prints the folders as JSON, null for a part that can't be had.
import { listenForInterrupts } from "../../../sandbox/interrupt.ts";
import { officialRelease } from "../../../sandbox/releases/officialRelease.ts";

const [answer, byte, ...parts] = process.argv.slice(2);
listenForInterrupts();
const folders = await Promise.all(
  parts.map((part) => {
    const [name = "", version = ""] = part.split("@");
    return officialRelease(name, version, { answer: Number(answer), byte: Number(byte) });
  }),
);
console.log(JSON.stringify(folders.map((folder) => folder ?? null)));

import { fail } from "../values.ts";
import { type Overload, overload } from "./functions.ts";

/** cel-go's encoders. */
export const ENCODERS: readonly Overload[] = [
  overload("base64.encode(bytes): string", (bytes: Uint8Array) => Buffer.from(bytes).toString("base64")),
  overload("base64.decode(string): bytes", decodeBase64),
];

function decodeBase64(text: string): Uint8Array {
  const packed = text.replace(/[\r\n]/g, "");
  const padded = /^[A-Za-z0-9+/]*={0,2}$/.test(packed) && packed.length % 4 === 0;
  const unpadded = /^[A-Za-z0-9+/]*$/.test(packed) && packed.length % 4 !== 1;
  if (!padded && !unpadded) fail("illegal base64 data");
  return new Uint8Array(Buffer.from(packed, "base64"));
}

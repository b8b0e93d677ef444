import { type Overload, overload } from "./functions.ts";

/** kro's hashes. */
export const HASHES: readonly Overload[] = [
  overload("hash.sha256(string): bytes", sha256),
  overload("hash.md5(string): bytes", (text: string) => digest("md5", text)),
  overload("hash.fnv64a(string): bytes", fnv64a),
];

export function sha256(text: string): Uint8Array {
  return digest("sha256", text);
}

let crypto: typeof import("node:crypto") | undefined;

function digest(algorithm: string, text: string): Uint8Array {
  // Few expressions have a hash: what it takes is loaded when one does.
  crypto ??= process.getBuiltinModule("node:crypto");
  return new Uint8Array(crypto.createHash(algorithm).update(text, "utf8").digest());
}

function fnv64a(text: string): Uint8Array {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text, "utf8")) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  const result = Buffer.alloc(8);
  result.writeBigUInt64BE(hash);
  return new Uint8Array(result);
}

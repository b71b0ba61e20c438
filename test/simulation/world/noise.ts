import { createHash } from "node:crypto";

/** So many characters that do not compress below three quarters; the same at every call. */
export function noiseOf(characters: number): string {
  const known = kept.get(characters);
  if (known !== undefined) return known;
  let digest = Buffer.alloc(0);
  let noise = "";
  while (noise.length < characters) {
    digest = createHash("sha512").update(digest).digest();
    noise += digest.toString("base64url");
  }
  kept.set(characters, noise.slice(0, characters));
  return noiseOf(characters);
}

const kept = new Map<number, string>();

import { createHash } from "node:crypto";

/** This many characters that cannot be compressed below three quarters. The same at every call. */
export function noiseOf(characters: number): string {
  const known = noises.get(characters);
  if (known !== undefined) return known;
  let digest = Buffer.alloc(0);
  let noise = "";
  while (noise.length < characters) {
    digest = createHash("sha512").update(digest).digest();
    noise += digest.toString("base64url");
  }
  noises.set(characters, noise.slice(0, characters));
  return noiseOf(characters);
}

const noises = new Map<number, string>();

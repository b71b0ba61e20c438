import { randomBytes } from "node:crypto";
import type { MediaStore, OpenedFile } from "../../ports/files.ts";
import { wholeFile } from "../http/file-pieces.ts";
import { servedFile } from "../http/served-file.ts";
import type { ServedFile } from "../http/served-file.ts";

/** Files in memory, for tests and simulation. */
export class MemoryMediaStore implements MediaStore {
  readonly #files = new Map<string, ServedFile & { readonly bytes: Buffer }>();
  readonly #baseUrl: string;
  readonly #random: (size: number) => Buffer;

  /** `random` makes the bytes of a path; given by those who need the same paths again. */
  constructor(baseUrl: string, random: (size: number) => Buffer = randomBytes) {
    this.#baseUrl = baseUrl;
    this.#random = random;
  }

  async keep(file: OpenedFile & { readonly fileName: string | undefined }): Promise<string> {
    const bytes = await wholeFile(file);
    const served = servedFile(file, this.#random(32));
    this.#files.set(served.path, { ...served, bytes });
    return served.path;
  }

  addressOf(path: string): string {
    return `${this.#baseUrl}/${path}`;
  }

  /** What lies under a path, and how it would be served. */
  find(path: string): (ServedFile & { readonly bytes: Buffer }) | undefined {
    return this.#files.get(path);
  }
}

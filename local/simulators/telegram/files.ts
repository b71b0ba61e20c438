import { badRequest } from "./answers.ts";
import { endingOf } from "./file-forms.ts";

const maxDownloadBytes = 20 * 1024 * 1024;

type StoredFile = { id: string; uniqueId: string; size: number; path: string; bytes?: Buffer };

/** Files of customers and of the bot. Every `file_id` that went in or out can be downloaded. */
export class Files {
  readonly #byId = new Map<string, StoredFile>();

  /**
   * Records every file that an update names. It makes up missing bytes, of the size that the update gives.
   */
  noteAll(value: unknown): void {
    if (typeof value !== "object" || value === null) return;
    const file = value as { file_id?: unknown; file_unique_id?: unknown; file_size?: unknown };
    if (typeof file.file_id === "string" && !this.#byId.has(file.file_id)) {
      const uniqueId = typeof file.file_unique_id === "string" ? file.file_unique_id : file.file_id;
      this.#add(file.file_id, typeof file.file_size === "number" ? file.file_size : 1, uniqueId);
    }
    for (const part of Object.values(value)) this.noteAll(part);
  }

  /** Gives a file its bytes. */
  put(id: string, bytes: Uint8Array): void {
    const own = Buffer.from(bytes);
    this.#add(id, own.length, id, endingOf(own)).bytes = own;
  }

  /** Stores a file of the bot, and answers its description in the Bot API's form. */
  keep(bytes: Buffer): { file_id: string; file_unique_id: string; file_size: number } {
    const id = `sent-${this.#byId.size + 1}`;
    this.put(id, bytes);
    return { file_id: id, file_unique_id: id, file_size: bytes.byteLength };
  }

  /** The answer of `getFile`. */
  describe(fileId: string): Record<string, unknown> {
    const file = this.#byId.get(fileId);
    if (file === undefined) throw badRequest("invalid file_id");
    if (file.size > maxDownloadBytes) throw badRequest("file is too big");
    return {
      file_id: file.id,
      file_unique_id: file.uniqueId,
      file_size: file.size,
      file_path: file.path,
    };
  }

  /** The bytes at a path that `getFile` gave. */
  read(path: string): Buffer | undefined {
    const file = [...this.#byId.values()].find((candidate) => candidate.path === path);
    return file && this.bytesOf(file.id);
  }

  /** The bytes under an id. */
  bytesOf(fileId: string): Buffer | undefined {
    const file = this.#byId.get(fileId);
    return file && (file.bytes ?? Buffer.alloc(file.size, file.id));
  }

  #add(id: string, size: number, uniqueId = id, ending = ""): StoredFile {
    const path = this.#byId.get(id)?.path ?? `documents/file_${this.#byId.size}${ending}`;
    const file: StoredFile = { id, uniqueId, size, path };
    this.#byId.set(id, file);
    return file;
  }
}

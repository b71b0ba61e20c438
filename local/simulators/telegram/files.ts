import { badRequest } from "./answers.ts";

const maxDownloadBytes = 20 * 1024 * 1024;

type StoredFile = { id: string; uniqueId: string; size: number; path: string };

/** The files customers sent: every `file_id` in an update that went out can be downloaded. */
export class Files {
  readonly #byId = new Map<string, StoredFile>();

  /** Takes note of every file an update names; its bytes are made up, of the size it says. */
  noteAll(value: unknown): void {
    if (typeof value !== "object" || value === null) return;
    const file = value as { file_id?: unknown; file_unique_id?: unknown; file_size?: unknown };
    if (typeof file.file_id === "string" && !this.#byId.has(file.file_id)) {
      this.#byId.set(file.file_id, {
        id: file.file_id,
        uniqueId: typeof file.file_unique_id === "string" ? file.file_unique_id : file.file_id,
        size: typeof file.file_size === "number" ? file.file_size : 1,
        path: `documents/file_${this.#byId.size}`,
      });
    }
    for (const part of Object.values(value)) this.noteAll(part);
  }

  /** The answer of `getFile`. */
  describe(fileId: string): Record<string, unknown> {
    const file = this.#byId.get(fileId);
    if (file === undefined) {
      throw badRequest("wrong file_id or the file is temporarily unavailable");
    }
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
    return file && Buffer.alloc(file.size, file.id);
  }
}

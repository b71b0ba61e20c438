import { randomUUID } from "node:crypto";
import type { SimulatedAnswer } from "../../http.ts";
import type { SimulatedAttachment } from "./types.ts";

type Stored = SimulatedAttachment & { readonly bytes: Buffer; readonly contentType: string };

/** Operators' attached files. The simulator's own origin serves them to anyone who has the address. */
export class Attachments {
  readonly #origin: () => string;
  readonly #stored = new Map<string, Stored>();

  constructor(origin: () => string) {
    this.#origin = origin;
  }

  /** Stores a file. Messages name it by its id. */
  add(file: { bytes: Uint8Array; fileName: string; contentType: string }): SimulatedAttachment {
    const id = randomUUID();
    const bytes = Buffer.from(file.bytes);
    const { fileName, contentType } = file;
    const folder = `${this.#origin()}/attachments/${id}`;
    const attachment = {
      id,
      address: `${folder}/${encodeURIComponent(fileName)}`,
      thumbnail: `${folder}/thumbnail`,
      fileName,
      sizeBytes: bytes.length,
    };
    this.#stored.set(id, { ...attachment, bytes, contentType });
    return attachment;
  }

  get(id: string): SimulatedAttachment | undefined {
    return this.#stored.get(id);
  }

  /** `GET /attachments/{id}/{name}`: the file's bytes, under the file's name and under a thumbnail's. */
  serve(path: string): SimulatedAnswer {
    const [, , id = "", name = ""] = path.split("/");
    const file = this.#stored.get(id);
    const isThere =
      file !== undefined &&
      [file.address, file.thumbnail].includes(`${this.#origin()}/attachments/${id}/${name}`);
    if (!isThere) return { status: 404 };
    return { status: 200, body: file.bytes, headers: { "Content-Type": file.contentType } };
  }
}

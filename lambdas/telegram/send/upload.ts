import { Readable } from "node:stream";
import { InputFile } from "grammy/web";
import { PermanentFailure, TransientFailure } from "../../model/failure.ts";
import type { OutgoingFile } from "../../model/messenger.ts";

/** A file on its way to Telegram, never whole in memory. It is incomplete until its source ends. */
export class Upload {
  readonly #body: OutgoingFile["file"]["body"];
  readonly #pieces: AsyncIterator<Uint8Array>;
  readonly #fileName: string | undefined;
  #first: IteratorResult<Uint8Array> | undefined;
  #isRead = false;
  #failure: unknown;

  constructor({ file, fileName }: OutgoingFile) {
    this.#body = file.body;
    this.#pieces = file.body[Symbol.asyncIterator]();
    this.#fileName = plainFileName(fileName);
  }

  /** Waits for the first piece: a source that gives nothing costs no call. Only a begun source can be closed. */
  async begin(): Promise<InputFile> {
    try {
      this.#first = await this.#pieces.next();
    } catch (error) {
      throw brokenOff(error);
    }
    return new InputFile(this.#all(), this.#fileName);
  }

  /**
   * The failure behind a failed call. Before the end of the file, Telegram cannot make a message of it.
   * So the outcome is not ambiguous then. Closes the source.
   */
  abandon(failure: unknown): unknown {
    const isRead = this.#isRead;
    const broken = this.#failure;
    // It does not wait: a source that hangs ends only when it is destroyed.
    if (this.#body instanceof Readable) this.#body.destroy();
    else this.#pieces.return?.().catch(() => undefined);
    if (broken !== undefined) return brokenOff(broken);
    if (!(failure instanceof TransientFailure) || !failure.ambiguous || isRead) return failure;
    return new TransientFailure("the upload broke off", { cause: failure });
  }

  async *#all(): AsyncGenerator<Uint8Array> {
    let piece = this.#first;
    try {
      while (piece !== undefined && piece.done !== true) {
        yield piece.value;
        piece = await this.#pieces.next();
      }
    } catch (error) {
      this.#failure = error ?? new Error("no reason");
      throw error;
    }
    this.#isRead = true;
  }
}

/** A PermanentFailure of the source is final. Any other failure may pass. */
function brokenOff(cause: unknown): TransientFailure | PermanentFailure {
  if (cause instanceof PermanentFailure) return cause;
  return new TransientFailure("the attachment broke off", { cause });
}

/**
 * Telegram cuts a name at a semicolon, quoted or not, and grammY refuses line breaks. A file without a
 * name gets the name of its kind.
 * @see https://github.com/tdlib/td/blob/master/tdnet/td/net/HttpReader.cpp
 */
function plainFileName(name: string): string | undefined {
  const plain = name
    .toWellFormed()
    .replace(/\p{Cc}+/gu, " ")
    .replaceAll(";", ",")
    .trim();
  return plain.replace(/^"(.*)"$/, "$1") || undefined;
}

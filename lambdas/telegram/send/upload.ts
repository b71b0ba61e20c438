import { Readable } from "node:stream";
import { InputFile } from "grammy/web";
import { PermanentFailure, TransientFailure } from "../../model/failure.ts";
import type { OutgoingFile } from "../../model/messenger.ts";

/**
 * A file on its way to Telegram, piece by piece: never whole in memory, and known to be incomplete
 * until its source has come to its end.
 */
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

  /**
   * Waits for the first piece: a source that gives nothing costs no call, and one that has begun to
   * be read can be closed.
   */
  async begin(): Promise<InputFile> {
    try {
      this.#first = await this.#pieces.next();
    } catch (error) {
      throw brokenOff(error);
    }
    return new InputFile(this.#all(), this.#fileName);
  }

  /**
   * What a failed call means: before the end of the file Telegram cannot have made a message of it,
   * so that the outcome is known. Closes the source.
   */
  abandon(failure: TransientFailure | PermanentFailure): TransientFailure | PermanentFailure {
    const isRead = this.#isRead;
    const broken = this.#failure;
    this.#close();
    if (broken !== undefined) return brokenOff(broken);
    if (!(failure instanceof TransientFailure) || !failure.ambiguous || isRead) return failure;
    return new TransientFailure("the upload broke off", { cause: failure });
  }

  /** Not waited for: a source that hangs ends only when it is destroyed. */
  #close(): void {
    if (this.#body instanceof Readable) this.#body.destroy();
    else this.#pieces.return?.().catch(() => undefined);
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

/** A source may know that it will never do; anything else of it may pass. */
function brokenOff(cause: unknown): TransientFailure | PermanentFailure {
  if (cause instanceof PermanentFailure) return cause;
  return new TransientFailure("the attachment broke off", { cause });
}

/**
 * Telegram cuts a name at a semicolon, quoted or not, and grammY refuses line breaks; without a name
 * it is called after its kind. @see https://github.com/tdlib/td/blob/master/tdnet/td/net/HttpReader.cpp
 */
function plainFileName(name: string): string | undefined {
  const plain = name
    .toWellFormed()
    .replace(/\p{Cc}+/gu, " ")
    .replaceAll(";", ",")
    .trim();
  return plain.replace(/^"(.*)"$/, "$1") || undefined;
}

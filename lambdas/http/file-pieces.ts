import { isFailure, PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { OpenedFile } from "../model/messenger.ts";
import type { Agent } from "node:http";

/** The most bytes of a file without a stated size: the limit of the Bot API. */
const maxUntoldBytes = 20 * 1024 * 1024;

/**
 * The file in pieces of at least `pieceBytes`, except the last one. Every error of reading becomes a
 * failure. A failure that the file's own source throws stays as it is. A file that is shorter or longer
 * than its stated size throws a TransientFailure, because a cut file must not pass for the whole. A file
 * without a stated size throws PermanentFailure "file-too-large" above 20 MB.
 */
export async function* filePieces(file: OpenedFile, pieceBytes = 64 * 1024) {
  let count = 0;
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  const limit = file.sizeBytes ?? maxUntoldBytes;
  try {
    for await (const chunk of file.body) {
      count += chunk.byteLength;
      if (count > limit) throw tooLong(file);
      waiting.push(chunk);
      waitingBytes += chunk.byteLength;
      if (waitingBytes < pieceBytes) continue;
      yield Buffer.concat(waiting);
      waiting = [];
      waitingBytes = 0;
    }
  } catch (error) {
    throw asFailure(error);
  }
  if (file.sizeBytes !== undefined && count < file.sizeBytes) {
    throw new TransientFailure("the file ended before its size");
  }
  if (waitingBytes > 0) yield Buffer.concat(waiting);
}

/** The whole file, for a file without a stated size. Fails as `filePieces` does. */
export async function wholeFile(file: OpenedFile): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of filePieces(file)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Releases a file that the caller will not read further. The source ends after it answers. Never throws. */
export async function letGo(file: OpenedFile): Promise<void> {
  try {
    // The return of an iterator that never gave a piece closes nothing.
    const iterator = file.body[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.return?.();
  } catch {
    // The file is closed already.
  }
}

function tooLong(file: OpenedFile): TransientFailure | PermanentFailure {
  return file.sizeBytes === undefined
    ? new PermanentFailure("file-too-large")
    : new TransientFailure("the file is longer than its size");
}

/** The text of a connection's error may hold an address. The failure does not repeat it. */
function asFailure(error: unknown): TransientFailure | PermanentFailure {
  if (isFailure(error)) return error;
  return new TransientFailure("reading the file broke off", { cause: error });
}

/**
 * The idle time after which a connection closes. Vendors and AWS close theirs after a minute or more.
 * When a vendor gives a shorter time in its answers, that time counts. A request into a connection that
 * closes at that moment has an ambiguous outcome.
 */
const idleMillis = 20_000;

/** Options for the constructor of an agent. */
export const keptAlive = { keepAlive: true, timeout: idleMillis };

const freeSinceMillis = new WeakMap<object, number>();

/** Makes an agent remember when each of its connections became free. */
export function withIdleLimit<KeptFile extends Agent>(agent: KeptFile): KeptFile {
  const keep = agent.keepSocketAlive.bind(agent);
  agent.keepSocketAlive = (socket) => {
    freeSinceMillis.set(socket, Date.now());
    return keep(socket);
  };
  return agent;
}

/**
 * Closes connections that are free for too long. Call it before each request. The agent's own timers stop
 * while a sandbox is frozen. A peer may close a connection in that time without our notice. The first
 * request on that connection would wait in vain.
 */
export function closeIdle({ freeSockets }: Agent): void {
  for (const socket of Object.values(freeSockets).flatMap((sockets) => sockets ?? [])) {
    if (isIdle(freeSinceMillis.get(socket) ?? 0)) socket.destroy();
  }
}

/** True when a connection that is free since this time is over the limit. */
export function isIdle(sinceMillis: number): boolean {
  return Date.now() - sinceMillis >= idleMillis;
}

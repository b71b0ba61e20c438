import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { OpenedFile } from "../model/messenger.ts";
import type { Agent } from "node:http";

/** What a file without a stated size may hold: as much as the Bot API hands out. */
const maxUntoldBytes = 20 * 1024 * 1024;

/**
 * The file in pieces of at least that size, the last one excepted. Every way in which reading goes
 * wrong is a failure: one that the file's own source throws stays as it is; a file that ends too early
 * or is longer than it said is a TransientFailure, since a file cut short must not pass for the whole;
 * one without a size that is longer than 20 MB is a PermanentFailure "file-too-large".
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

/** The whole of a file, for one whose size nobody told; fails as `filePieces` does. */
export async function wholeFile(file: OpenedFile): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of filePieces(file)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Lets go of a file that nobody will read on; its source ends once it has answered. Never throws. */
export async function letGo(file: OpenedFile): Promise<void> {
  try {
    // An iterator that was never asked for anything would close nothing.
    const iterator = file.body[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.return?.();
  } catch {
    // It is gone already.
  }
}

function tooLong(file: OpenedFile): TransientFailure | PermanentFailure {
  return file.sizeBytes === undefined
    ? new PermanentFailure("file-too-large")
    : new TransientFailure("the file is longer than its size");
}

/** A connection that breaks says so in its own words, which may hold an address. */
function asFailure(error: unknown): TransientFailure | PermanentFailure {
  if (error instanceof TransientFailure || error instanceof PermanentFailure) return error;
  return new TransientFailure("reading the file broke off", { cause: error });
}

/**
 * How long a connection may lie idle. Vendors and AWS close theirs after a minute or more, and one that
 * says less in its answers is believed: a request into a connection that is closed at that moment would
 * have an unknown outcome.
 */
const idleMillis = 20_000;

/** For the constructor of an agent. */
export const keptAlive = { keepAlive: true, timeout: idleMillis };

const freeSinceMillis = new WeakMap<object, number>();

/** Has an agent remember since when each of its connections is free. */
export function withIdleLimit<Kept extends Agent>(agent: Kept): Kept {
  const keep = agent.keepSocketAlive.bind(agent);
  agent.keepSocketAlive = (socket) => {
    freeSinceMillis.set(socket, Date.now());
    return keep(socket);
  };
  return agent;
}

/**
 * Closes what has been free for too long; to be called before each request. The agent's own timers stand
 * still while a sandbox is frozen, and a peer that went meanwhile may never have been heard of: the first
 * request would wait in vain.
 */
export function closeIdle({ freeSockets }: Agent): void {
  for (const socket of Object.values(freeSockets).flatMap((sockets) => sockets ?? [])) {
    if (isIdle(freeSinceMillis.get(socket) ?? 0)) socket.destroy();
  }
}

/** True for a connection that has not been used since then. */
export function isIdle(sinceMillis: number): boolean {
  return Date.now() - sinceMillis >= idleMillis;
}

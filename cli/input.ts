import { readFile } from "node:fs/promises";
import { BadValue, UsageError } from "./command.ts";
import type { Terminal } from "./command.ts";

/** Reads the bytes of a file that an option names, unchanged. */
export async function readBytes(path: string, option: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch {
    throw new BadValue(`--${option}: cannot read the file ${path}`);
  }
}

/**
 * Reads a secret from a file or from standard input, never from an argument. It drops one trailing
 * newline, because editors and `echo` add it.
 */
export async function readSecret(
  file: string | undefined,
  terminal: Terminal,
  option = "secret-file",
): Promise<Buffer> {
  const how = `give it with --${option} F or on standard input`;
  const bytes = file === undefined ? await readAll(terminal, how) : await readBytes(file, option);
  const secret = withoutOneNewline(bytes);
  if (secret.length === 0) throw new BadValue(`the secret is empty: ${how}`);
  return secret;
}

async function readAll(terminal: Terminal, how: string): Promise<Buffer> {
  if (terminal.stdin.isTTY === true) throw new UsageError(`no secret: ${how}`);
  const chunks: Buffer[] = [];
  for await (const chunk of terminal.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

function withoutOneNewline(bytes: Buffer): Buffer {
  if (bytes.at(-1) !== 0x0a) return bytes;
  return bytes.subarray(0, bytes.at(-2) === 0x0d ? -2 : -1);
}

import { crc32 } from "node:zlib";

const utf8Names = 0x0800;
/** 1 January 1980, the first day that the format knows: the same files give the same archive. */
const firstDay = 0x0021;
const version = 20;

/**
 * A zip archive of a few small files, without compression.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export function zip(files: Readonly<Record<string, Uint8Array>>): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const [path, bytes] of Object.entries(files)) {
    const name = Buffer.from(path);
    const about = numbers(
      [version, 2],
      [utf8Names, 2],
      [0, 2], // stored, not compressed
      [0, 2],
      [firstDay, 2],
      [crc32(bytes), 4],
      [bytes.length, 4],
      [bytes.length, 4],
      [name.length, 2],
      [0, 2],
    );
    const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), about, name, bytes]);
    // No comment, disk 0, no attributes.
    const rest = numbers([0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]);
    const begin = [Buffer.from("PK\u0001\u0002"), numbers([version, 2])];
    locals.push(local);
    centrals.push(Buffer.concat([...begin, about, rest, name]));
    offset += local.length;
  }
  const central = Buffer.concat(centrals);
  const count = locals.length;
  const end = numbers(
    [0, 2],
    [0, 2],
    [count, 2],
    [count, 2],
    [central.length, 4],
    [offset, 4],
    [0, 2],
  );
  return Buffer.concat([...locals, central, Buffer.from("PK\u0005\u0006"), end]);
}

/** Numbers with their sizes in bytes, the low byte first. */
function numbers(...parts: readonly (readonly [value: number, bytes: 2 | 4])[]): Buffer {
  return Buffer.concat(
    parts.map(([value, bytes]) => {
      const buffer = Buffer.alloc(bytes);
      buffer.writeUIntLE(value, 0, bytes);
      return buffer;
    }),
  );
}

const mostSegments = 255;
/** The samples of one packet of 20 ms. Positions in OGG/Opus always count 48,000 a second. */
const samplesOfPacket = 960;

/**
 * Packets of Opus in an OGG file: mono, 20 ms each. This is the form of Telegram's voice messages.
 * @see https://www.rfc-editor.org/rfc/rfc7845
 */
export function oggOpus(packets: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const pages = [page(0, 2, 0, [head()]), page(1, 0, 0, [tags()])];
  let done = 0;
  for (const group of groupsOf(packets)) {
    done += group.length;
    const isLast = done === packets.length;
    pages.push(page(pages.length, isLast ? 4 : 0, done * samplesOfPacket, group));
  }
  return joined(pages);
}

/** As many packets as fit in the segment table of a page. */
function groupsOf(packets: readonly Uint8Array[]): Uint8Array[][] {
  const groups: Uint8Array[][] = [];
  let segments = mostSegments;
  for (const packet of packets) {
    const own = lacing(packet.length).length;
    if (segments + own > mostSegments) {
      groups.push([]);
      segments = 0;
    }
    segments += own;
    groups.at(-1)?.push(packet);
  }
  return groups;
}

function head(): Uint8Array {
  const bytes = new Uint8Array(19);
  bytes.set(new TextEncoder().encode("OpusHead"));
  bytes.set([1, 1], 8); // version, channels
  new DataView(bytes.buffer).setUint32(12, 48_000, true);
  return bytes;
}

function tags(): Uint8Array {
  const vendor = "page";
  const bytes = new Uint8Array(8 + 4 + vendor.length + 4);
  bytes.set(new TextEncoder().encode("OpusTags"));
  new DataView(bytes.buffer).setUint32(8, vendor.length, true);
  bytes.set(new TextEncoder().encode(vendor), 12);
  return bytes;
}

/** @see https://www.rfc-editor.org/rfc/rfc3533#section-6 */
function page(
  number: number,
  flags: number,
  position: number,
  packets: readonly Uint8Array[],
): Uint8Array {
  const table = packets.flatMap((packet) => lacing(packet.length));
  const bytes = joined([new Uint8Array(27 + table.length), ...packets]);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("OggS"));
  bytes[5] = flags;
  view.setBigUint64(6, BigInt(position), true);
  view.setUint32(14, 1, true); // the stream
  view.setUint32(18, number, true);
  bytes[26] = table.length;
  bytes.set(table, 27);
  view.setUint32(22, checksum(bytes), true);
  return bytes;
}

function lacing(length: number): number[] {
  return [...Array<number>(Math.floor(length / 255)).fill(255), length % 255];
}

/** The CRC of OGG: not reflected, starting at zero. */
function checksum(bytes: Uint8Array): number {
  let check = 0;
  for (const byte of bytes) {
    check ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) {
      check = check < 0 ? (check << 1) ^ 0x04c11db7 : check << 1;
    }
  }
  return check >>> 0;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

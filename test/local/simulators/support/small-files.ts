/** The start of a JPEG of this size. It is long enough to identify the format. */
export function aJpeg(width = 32, height = 24, rest = "pixels"): Buffer {
  const frame = Buffer.from("ffc0001108000000000301220002110103110100", "hex");
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  const start = Buffer.from("ffd8ffe000104a46494600010100000100010000", "hex");
  return Buffer.concat([start, frame, Buffer.from(rest)]);
}

/** The start of a PNG of this size. */
export function aPng(width = 32, height = 24): Buffer {
  const bytes = Buffer.from("89504e470d0a1a0a0000000d4948445200000000000000000802000000", "hex");
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

/** The start of a WEBP of this size. */
export function aWebp(width = 512, height = 512): Buffer {
  const bytes = Buffer.alloc(40);
  bytes.write("RIFF\0\0\0\0WEBPVP8X", "latin1");
  bytes.writeUIntLE(width - 1, 24, 3);
  bytes.writeUIntLE(height - 1, 27, 3);
  return bytes;
}

/** The start of a voice in the format that Telegram wants. */
export const oggOpus = Buffer.from(
  "OggS\0\x02............\0\0\0\0\0\0\x01\x13OpusHead rest",
  "latin1",
);
/** The start of a video. */
export const mp4 = Buffer.from("\0\0\0\x20ftypisom rest", "latin1");
/** The start of a music file. */
export const mp3 = Buffer.from("ID3\x04 rest", "latin1");
/** The start of audio that Telegram does not treat as audio: AAC without a container, and WAV. */
export const aac = Buffer.from("fff1508000", "hex");
export const wav = Buffer.from("RIFF....WAVEfmt ", "latin1");
/** The start of a document. */
export const pdf = Buffer.from("%PDF-1.7 rest", "latin1");

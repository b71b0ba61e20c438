import { crc32, deflateSync } from "node:zlib";

// The icon of infra/icon.svg: a disc with a paper plane, on a square of 14 by 14.
const side = 14;
const disc = [0x24, 0x81, 0xcc] as const;
const white = [0xff, 0xff, 0xff] as const;
const plane = [
  [3, 7.1],
  [11, 3.6],
  [9.6, 10.6],
  [7.1, 8.7],
  [5.9, 9.9],
  [5.7, 7.9],
  [8.9, 5.2],
  [5, 7.4],
] as const;
/** A pixel is the mean of this many points, in each direction. */
const points = 3;

/** The bridge's logo as a PNG: the icon in the middle of a white picture. */
export function drawLogo(width: number, height: number): Buffer {
  // A tenth of the shorter side stays free around the icon.
  const scale = side / (0.8 * Math.min(width, height));
  const rows = Buffer.alloc(height * (1 + 3 * width));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const sum = [0, 0, 0];
      for (let point = 0; point < points ** 2; point += 1) {
        const left = x + ((point % points) + 0.5) / points - width / 2;
        const top = y + (Math.floor(point / points) + 0.5) / points - height / 2;
        const color = colorAt(left * scale + side / 2, top * scale + side / 2);
        color.forEach((value, channel) => (sum[channel] = (sum[channel] ?? 0) + value));
      }
      const at = y * (1 + 3 * width) + 1 + 3 * x;
      sum.forEach((value, channel) => (rows[at + channel] = Math.round(value / points ** 2)));
    }
  }
  return png(width, height, rows);
}

function colorAt(x: number, y: number): readonly number[] {
  const isOnDisc = Math.hypot(x - side / 2, y - side / 2) <= side / 2;
  return isOnDisc && !isOnPlane(x, y) ? disc : white;
}

/** Whether a ray from the point crosses the outline an odd number of times. */
function isOnPlane(x: number, y: number): boolean {
  const crossed = plane.filter(([ax, ay], index) => {
    const [bx, by] = plane[(index + 1) % plane.length] ?? plane[0];
    return ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax);
  });
  return crossed.length % 2 === 1;
}

/**
 * A picture of three bytes a pixel. Each row begins with its filter, 0.
 * @see https://www.w3.org/TR/png-3/
 */
function png(width: number, height: number, rows: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8); // eight bits for each of red, green and blue
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

import { initialOf } from "./initial.ts";

/** Files that the page makes itself, for a person without one at hand. Each shows the time, to tell it from others. */
const videoMillis = 1500;

/** A picture with a text in the middle. */
export async function samplePicture(words = timeNow(), hue = randomHue()): Promise<File> {
  const canvas = draw(640, 420, words, hue);
  return new File([await blobOf(canvas, "image/jpeg")], "picture.jpg", { type: "image/jpeg" });
}

/** A still sticker, in Telegram's format for them. */
export async function sampleSticker(): Promise<File> {
  const canvas = draw(512, 512, "👋", randomHue(), 260);
  return new File([await blobOf(canvas, "image/webp")], "sticker.webp", { type: "image/webp" });
}

/** A profile photo with the first letter of a name. */
export async function samplePhoto(name: string): Promise<Blob> {
  return blobOf(draw(320, 320, initialOf(name), randomHue(), 170), "image/jpeg");
}

/** A film of a second and a half. Undefined where the browser records none that Telegram takes. */
export async function sampleVideo(): Promise<File | undefined> {
  if (!MediaRecorder.isTypeSupported("video/mp4")) return undefined;
  const hue = randomHue();
  const canvas = draw(320, 240, timeNow(), hue);
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: "video/mp4" });
  const parts: Blob[] = [];
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  const ended = new Promise((resolve) => recorder.addEventListener("stop", resolve));
  recorder.start();
  const start = performance.now();
  while (performance.now() - start < videoMillis) {
    const turn = ((performance.now() - start) / videoMillis) * 360;
    draw(320, 240, timeNow(), hue + turn, 48, canvas);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  recorder.stop();
  await ended;
  return new File(parts, "film.mp4", { type: "video/mp4" });
}

/** A small text file. */
export function sampleFile(): File {
  return new File([`Order 7\nTwo red chairs\n${timeNow()}\n`], "order 7.txt", {
    type: "text/plain",
  });
}

/** A picture as Telegram's apps send it: a JPEG with sides of 1,280 pixels at most. */
export async function asPhoto(
  file: Blob,
): Promise<{ blob: Blob; width: number; height: number } | undefined> {
  const bitmap = await createImageBitmap(file).catch(() => undefined);
  if (bitmap === undefined) return undefined;
  const scale = Math.min(1, 1280 / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, width, height);
  return { blob: await blobOf(canvas, "image/jpeg"), width, height };
}

function draw(
  width: number,
  height: number,
  words: string,
  hue: number,
  fontPixels = 48,
  canvas = Object.assign(document.createElement("canvas"), { width, height }),
): HTMLCanvasElement {
  const pen = canvas.getContext("2d");
  if (pen === null) return canvas;
  const colours = pen.createLinearGradient(0, 0, width, height);
  colours.addColorStop(0, `hsl(${hue} 70% 45%)`);
  colours.addColorStop(1, `hsl(${hue + 80} 70% 35%)`);
  pen.fillStyle = colours;
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = "white";
  pen.font = `600 ${fontPixels}px system-ui, sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(words, width / 2, height / 2);
  return canvas;
}

function blobOf(canvas: HTMLCanvasElement, type: string): Promise<Blob> {
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error(`no ${type} can be made here`)) : resolve(blob)),
      type,
      0.9,
    ),
  );
}

function timeNow(): string {
  return new Date().toLocaleTimeString("ru", { hour12: false });
}

function randomHue(): number {
  return Math.floor(Math.random() * 360);
}

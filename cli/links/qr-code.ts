import { writeFile } from "node:fs/promises";
import { toBuffer, toString } from "qrcode";
import { BadValue, CommandFailure } from "../command.ts";

/** The pictures that `--qr` writes, by the end of the file's name. */
const pictures: Readonly<Record<string, (text: string) => Promise<string | Buffer>>> = {
  // Ten pixels for each square are enough to print it as large as a hand.
  ".png": (text) => toBuffer(text, { type: "png", scale: 10 }),
  ".svg": (text) => toString(text, { type: "svg" }),
};

/** The fault of a file's name for a QR code. Undefined when it says which picture to write. */
export function findPictureFault(file: string): string | undefined {
  return pictureFor(file) === undefined ? "expected a file that ends with .png or .svg" : undefined;
}

/** Writes the QR code of a link into a file. It replaces a file only with `force`. */
export async function writeQrCode(
  link: string,
  file: string,
  { force }: { readonly force: boolean },
): Promise<void> {
  const draw = pictureFor(file);
  if (draw === undefined) throw new BadValue(`--qr: ${findPictureFault(file)}`);
  await writeFile(file, await draw(link), { flag: force ? "w" : "wx" }).catch(
    ({ code = "" }: NodeJS.ErrnoException) => {
      throw code === "EEXIST"
        ? new CommandFailure(`the file ${file} exists: replace it with --force, or name another`)
        : new CommandFailure(`cannot write the file ${file} (${code})`);
    },
  );
}

/** The QR code for a terminal, in its own black and white. */
export function drawQrCode(link: string): Promise<string> {
  return toString(link, { type: "terminal", small: true });
}

function pictureFor(file: string) {
  return Object.entries(pictures).find(([end]) => file.toLowerCase().endsWith(end))?.[1];
}

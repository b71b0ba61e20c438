import { rm, writeFile } from "node:fs/promises";
import type { Renderer, Report } from "../../local/page/report/report.ts";
import type { Reader } from "../../local/page/app/way/told.ts";
import { CommandFailure } from "../command.ts";

const languages: readonly string[] = ["en", "ru"] satisfies Reader["language"][];

/** The options of a command that can write its answer as a page. */
export const reportOptions = {
  html: {
    value: "FILE",
    about: "also writes the answer as a page for a browser, in plain words",
  },
  language: {
    value: languages.join("|"),
    about: "language of that page; default: en",
    faultOf: (text: string) =>
      languages.includes(text) ? undefined : `expected ${languages.join(" or ")}`,
  },
  force: { about: "replaces that file if it exists" },
} as const;

/** A reader of a file that travels: the times are UTC, as in the rest of the command line. */
export function readerIn(language: string | undefined): Reader {
  return {
    language: language === "ru" ? "ru" : "en",
    timeOf: (millis) => new Date(millis).toISOString().slice(0, 19).replace("T", " "),
  };
}

/** Writes the page for its owner alone. It replaces a file only with `force`. */
export async function writeReport(
  report: Report,
  file: string,
  { force }: { readonly force: boolean },
): Promise<void> {
  const { renderReport } = await renderer();
  const html = await renderReport(report);
  try {
    // An old file would keep its mode.
    if (force) await rm(file, { force: true });
    await writeFile(file, html, { flag: "wx", mode: 0o600 });
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw code === "EEXIST"
      ? new CommandFailure(`the file ${file} exists: replace it with --force, or name another`)
      : new CommandFailure(`cannot write the file ${file} (${code})`);
  }
}

/** Loaded only for a page, and by an address: its types are a browser's, and do not belong here. */
async function renderer(): Promise<Renderer> {
  try {
    const address = new URL("../../local/page/report/render.ts", import.meta.url);
    return (await import(address.href)) as Renderer;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new CommandFailure(
      "--html needs the development packages of this repository",
      "run npm ci without --omit=dev",
    );
  }
}

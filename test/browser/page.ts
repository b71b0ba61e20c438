import { accessSync, constants } from "node:fs";
import { afterAll, beforeAll } from "@jest/globals";
import { chromium } from "playwright-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { createPage } from "../../local/page/open-page.ts";
import { startRun } from "../../local/run.ts";
import { readSettings } from "../../local/settings.ts";

const places = [
  process.env["CHROMIUM"] ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** The browser of this machine. Undefined: the tests of this folder say so and are skipped. */
export const browserPath = places.find((path) => {
  try {
    if (path === "") return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
});
if (browserPath === undefined) {
  process.stderr.write(
    "No Chromium here, so the browser tests are skipped: apt-get install chromium, or set CHROMIUM to its path.\n",
  );
}

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
];

/** A run with its page, and a browser. Each test opens pages of its own. */
export type Shown = {
  readonly run: Awaited<ReturnType<typeof startRun>>;
  readonly url: string;
  /** Opens the page. What the browser reports as an error fails `close`. */
  readonly open: (options?: BrowserContextOptions) => Promise<Page>;
  /** Ends the run and its page's server. The open pages stay. */
  readonly end: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Starts both. With a `port`, the page is served there. */
export async function showRun(
  environment: Record<string, string> = {},
  { visibilityTimeoutSeconds = 5, port = 0 } = {},
): Promise<Shown> {
  const settings = readSettings({ PORT: "0", ...environment });
  const pageOfRun = createPage(settings);
  const assemblyRoot = process.env["BRIDGE_TEST_ASSEMBLY"];
  const run = await startRun(settings, {
    log: () => undefined,
    observe: pageOfRun.observe,
    onItemWritten: pageOfRun.onItemWritten,
    visibilityTimeoutSeconds,
    ...(assemblyRoot === undefined ? {} : { assemblyRoot }),
  });
  const served = await pageOfRun.open(run, port);
  const browser: Browser = await chromium.launch({
    executablePath: browserPath ?? "",
    args: flags,
  });
  const errors: string[] = [];
  let ended: Promise<void> | undefined;
  const end = () => (ended ??= served.close().then(() => run.close()));
  return {
    end,
    run,
    url: served.url,
    async open(options = {}) {
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        locale: "en-US",
        ...options,
      });
      const page = await context.newPage();
      page.on("pageerror", (error) => errors.push(String(error)));
      page.on("console", (message) => {
        const { url } = message.location();
        // A file that is not there yet, and the stream of a run that ended, are no faults of the page.
        const isExpected = /\/media\/|\/stream/.test(url) || ended !== undefined;
        if (message.type() === "error" && !isExpected) errors.push(message.text());
      });
      await page.goto(served.url);
      return page;
    },
    async close() {
      await browser.close();
      await end();
      if (errors.length > 0) throw new Error(`The page reported: ${errors.join("; ")}`);
    },
  };
}

/** The run, the page and the browser of a test file. */
export function useShownRun(environment: Record<string, string> = {}): Shown {
  let shown: Shown | undefined;
  beforeAll(async () => {
    shown = await showRun(environment);
  });
  afterAll(() => shown?.close());
  return new Proxy({} as Shown, {
    get: (_target, name) => shown?.[name as keyof Shown],
  });
}

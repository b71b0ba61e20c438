import { randomUUID } from "node:crypto";
import QRCode from "qrcode";
import type { Hop } from "../hops/hop.ts";
import type { Run } from "../run.ts";
import type { Settings } from "../settings.ts";
import { createBreakIt } from "./break-it.ts";
import { buildPage } from "./build.ts";
import { Feed } from "./feed.ts";
import { openPageServer } from "./server.ts";
import { watchRun } from "./watch-run.ts";

/** Collects what the page shows, from the start of a run on. `open` then serves the page of that run. */
export function createPage(settings: Settings) {
  const feed = new Feed();
  // A run writes before its page is open.
  const early: (readonly [string, string])[] = [];
  let noteItem = (...item: readonly [string, string]): void => void early.push(item);
  return {
    observe: (hop: Hop): void => feed.addHop(hop),
    onItemWritten: (table: string, id: string): void => noteItem(table, id),
    /** Serves the page. */
    async open(run: Run, port: number) {
      const { telegram, amocrm, host, scopeId, ownBot } = run;
      const breakIt =
        telegram === undefined || amocrm === undefined ? undefined : createBreakIt(run, settings);
      const botId = settings.telegram.botToken.split(":", 1)[0] ?? "";
      const watch = watchRun(run, botId, breakIt, feed);
      noteItem = (...item) => watch.onItemWritten(...item);
      for (const item of early.splice(0)) watch.onItemWritten(...item);
      feed.begin({
        id: randomUUID(),
        startedAtMillis: Date.now(),
        version: host.outputs["Version"] ?? "",
        botId,
        scopeId,
        ...(ownBot && {
          ownBot: { ...ownBot, qrCode: await QRCode.toString(ownBot.link, { type: "svg" }) },
        }),
        hasLedger: (process.env["AWS_ENDPOINT_URL"] ?? "") === "",
        isTelegramSimulated: telegram !== undefined,
        isAmocrmSimulated: amocrm !== undefined,
        webhookUrl: host.url,
        telegramUrl: telegram?.root ?? "",
        amocrmUrl: amocrm?.origin ?? "",
      });
      const files = await buildPage();
      const server = await openPageServer({
        run,
        files,
        feed,
        breakIt,
        refresh: () => watch.refresh(),
        port,
      });
      host.redirectBrowsersTo(`${server.origin}/`);
      return {
        url: `${server.origin}/`,
        async close() {
          watch.close();
          await server.close();
        },
      };
    },
  };
}

import { expect, test } from "@jest/globals";
import type { BridgeStatus } from "../../../../cli/aws/read-status.ts";
import { bridgeReport } from "../../../../cli/report/status-report.ts";
import { readerIn } from "../../../../cli/report/write-report.ts";
import { aStatus, atMillis, nothing } from "../a-status.ts";

const failing = (
  event: { state: "waiting" | "sent" | "parked"; attempts: number } | undefined,
) => ({
  failedAttempts: {
    "to-amocrm": { eventId: "tg:1:7", atMillis, reason: "amoCRM answered 503", event },
    "to-telegram": undefined,
  },
});

test.each<{ differing?: Partial<BridgeStatus>; language?: string; row: [string, string] }>([
  { row: ["To amoCRM", "5 wait, 1 are being sent, the oldest for 3 minutes"] },
  { language: "ru", row: ["В amoCRM", "ждут: 5, отправляются: 1, старшее ждёт 3 минуты"] },
  {
    row: [
      "To Telegram",
      "5 wait, 1 are being sent; 4 came to no end (dead letters), for the platform team",
    ],
  },
  {
    differing: failing({ state: "waiting", attempts: 1 }),
    row: [
      "Last failed attempt",
      "2026-11-22 00:00:00: amoCRM answered 503; the message still waits",
    ],
  },
  {
    differing: failing({ state: "sent", attempts: 1 }),
    row: [
      "Last failed attempt",
      "2026-11-22 00:00:00: amoCRM answered 503; the message was sent since",
    ],
  },
  {
    differing: {
      setAside: {
        parked: { count: 2, oldestAtMillis: atMillis, reasons: { blocked: 2 } },
        spooled: nothing,
      },
    },
    row: [
      "Parked, a person decides",
      "2: 2 × The customer has blocked the bot. The message was not delivered. (blocked); the oldest since 2026-11-22 00:00:00",
    ],
  },
  { row: ["Customers", "2 have blocked the bot, 1 have left Telegram, of 40 chats"] },
  { row: ["Requests accepted", "99.97 % in 28 days, 12 of 40000 failed"] },
  { differing: { availability: "no-metrics" }, row: ["Requests accepted", "unknown"] },
  { row: ["Caretaker", "has not run yet"] },
])("the report of a state says $row", ({ differing, language, row }) => {
  expect(bridgeReport("main", aStatus(differing), readerIn(language)).rows).toContainEqual(row);
});

test("a bridge that was not read has the reason in place of its state", () => {
  const { heading, rows } = bridgeReport("main", "sign in first", readerIn("en"));

  expect(heading).toBe("main");
  expect(rows).toEqual([["–", "could not be read: sign in first"]]);
});

import { describe, expect, test } from "@jest/globals";
import { hopOfAmocrmCall, hopOfLine, hopOfTelegramCall } from "../../local/hops/hop.ts";
import type { Hop } from "../../local/hops/hop.ts";
import { lineOfHop } from "../../local/hops/lines.ts";

const shown = (hop: Hop | undefined) => hop && lineOfHop(hop);
const hopLineOf = (logged: string) => shown(hopOfLine(logged, 0));

const line = (stem: string, message: object, level = "INFO") =>
  `${stem}: ${JSON.stringify({ timestamp: "2026-11-30T11:00:00Z", level, message })}`;

describe("a line of the log becomes a hop", () => {
  test.each([
    {
      logged: line("telegram-webhook", { fact: "UpdateAccepted", eventId: "tg:700:1" }),
      hop: "  telegram-webhook  tg:700:1: queued in to-amocrm, answers 200",
    },
    {
      logged: `delivery-sender: ${JSON.stringify({ _aws: {}, fact: "DeliverySent", eventId: "tg:700:1", latencyMillis: 240 })}`,
      hop: "  delivery-sender   tg:700:1: sent, 240 ms after the webhook got it",
    },
    {
      logged: line(
        "delivery-sender",
        {
          fact: "DeliveryDeferred",
          eventId: "amo:channel_account:589dbbb5-872d-428a-886a-5b8ededa4152",
          receive: 2,
          reason: "amoCRM answered 503",
          afterSeconds: 4,
        },
        "WARN",
      ),
      hop: "  delivery-sender   amo:channel_account:589…: attempt 2 failed (amoCRM answered 503); the next one is in 4 s",
    },
    {
      logged: line("delivery-sender", { fact: "TopicGone", topicId: "7" }, "WARN"),
      hop: "  delivery-sender   TopicGone topicId=7",
    },
    {
      logged: "delivery-sender: invocation failed with Runtime.ExitError",
      hop: "  delivery-sender   invocation failed with Runtime.ExitError",
    },
    { logged: "queue poller: Error: no queue", hop: "queue poller: Error: no queue" },
  ])("$hop", ({ logged, hop }) => {
    expect(hopLineOf(logged)).toBe(hop);
  });

  test.each([
    ...["CaretakerRan", "MediaServed", "CertificateRead", "RoundSkipped", "WebhookNotSetYet"].map(
      (fact) => ({
        name: `a report that all is well: ${fact}`,
        logged: line("caretaker", { fact }),
      }),
    ),
    { name: "a metric without a fact", logged: 'delivery-sender: {"_aws":{},"QueueAge":4}' },
  ])("but not $name", ({ logged }) => {
    expect(hopLineOf(logged)).toBeUndefined();
  });

  test("also for a report of the caretaker that something is wrong", () => {
    const logged = line("caretaker", { fact: "CaretakerRan", failed: "reconcile" }, "ERROR");
    expect(hopLineOf(logged)).toContain("CaretakerRan failed=reconcile");
  });
});

test("a call of a vendor's API is a hop of the function that called, with the vendor's answer", () => {
  const times = { atMillis: 0, tookMillis: 0 };
  const caller = "delivery-sender";
  const call = { caller: "caretaker", method: "getWebhookInfo", status: 200, ...times };
  expect(shown(hopOfTelegramCall(call))).toBe("  caretaker         Telegram getWebhookInfo 200");
  expect(shown(hopOfTelegramCall({ caller, method: "sendMessage", status: 0, ...times }))).toBe(
    "  delivery-sender   Telegram sendMessage without an answer",
  );
  const path = "/v2/origin/custom/scope_1";
  const refused = { caller, method: "POST", path, status: 400, reason: "no msgid", ...times };
  expect(shown(hopOfAmocrmCall(refused))).toBe(
    "  delivery-sender   amoCRM POST new_message 400 (no msgid)",
  );
});

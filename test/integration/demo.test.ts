import { describe, expect, test } from "@jest/globals";
import { showHandOff, showQuestionAndAnswer } from "../../local/demo/conversations.ts";
import { newCustomer } from "../../local/demo/account.ts";
import { demoOf } from "../../local/demo/hops.ts";
import type { Demo } from "../../local/demo/hops.ts";
import { HopLog } from "../../local/hops/hop-log.ts";
import { startRun } from "../../local/run.ts";
import { readSettings } from "../../local/settings.ts";

/** A demo's output, without the parts that differ between runs. */
async function linesOf(play: (demo: Demo) => Promise<string>, environment: Record<string, string>) {
  const log = new HopLog();
  const run = await startRun(readSettings({ PORT: "0", ...environment }), {
    log: () => undefined,
    observe: log.add,
    assemblyRoot: process.env["BRIDGE_TEST_ASSEMBLY"] ?? "",
  });
  const lines: string[] = [];
  try {
    lines.push(await play(demoOf(run, log, (line = "") => void lines.push(line))));
  } finally {
    await run.close();
  }
  // The profile goes its own way, beside the messages.
  const ofMessages = lines.filter((line) => !line.includes("amoCRM PATCH /api/v4/contacts/"));
  return ofMessages.map((line) =>
    line
      .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "M")
      .replace(/\b\d{9}\b/g, "N")
      .replace(/contacts\/\d+/g, "contacts/ID"),
  );
}
/** The lines about one place, without the place's name. */
const at = (place: string, lines: readonly string[]) =>
  lines.flatMap((line) => (line.startsWith(`  ${place} `) ? [line.slice(20)] : []));

describe("the demo", () => {
  test("shows every hop of a question and its answer", async () => {
    const lines = await linesOf(showQuestionAndAnswer, {
      NEW_CUSTOMER: JSON.stringify(newCustomer),
    });

    const anna = lines.slice(0, lines.indexOf("Operator → customer"));
    expect(anna.slice(1, -1)).toEqual([
      "Customer → operator",
      "  Telegram          Anna opens t.me/…?start=instagram",
      "  POST /telegram    update N, secret token is correct",
      "  telegram-webhook  queued in to-amocrm as tg:1000000001:N, answers 200",
      "  delivery-sender   Telegram getUserProfilePhotos 200",
      "  delivery-sender   amoCRM POST /chats 200",
      "  delivery-sender   amoCRM POST /api/v4/contacts 200",
      "  delivery-sender   amoCRM POST /api/v4/contacts/chats 200",
      "  delivery-sender   amoCRM POST new_message 200",
      "  delivery-sender   Telegram sendMessage 200",
      "  delivery-sender   amoCRM POST new_message 200",
      "  ledger            tg:1000000001:N: sent",
      "  Telegram          Anna writes: Hello! When will my order arrive? 📦",
      "  POST /telegram    update N, secret token is correct",
      "  telegram-webhook  queued in to-amocrm as tg:1000000001:N, answers 200",
      "  delivery-sender   amoCRM GET /api/v4/contacts/ID 200",
      "  delivery-sender   amoCRM POST /api/v4/leads 200",
      "  delivery-sender   amoCRM POST new_message 200",
      "  ledger            tg:1000000001:N: sent",
      '  amoCRM            contact "Anna Petrova", Anna Petrova: Hello! When will my order arrive? 📦',
      '  amoCRM            lead "Telegram: Anna Petrova", responsible Operator, source Instagram',
    ]);
    expect(at("Telegram", lines).at(-1)).toBe(
      "Anna reads: Good morning, Anna! It arrives today, before six.",
    );
    expect(at("amoCRM", lines).at(-1)).toBe("the operator sees: delivered");
    expect(lines.at(-1)).toBe("Both messages arrived.");
  });

  test("shows how the bot hands over to an operator, and answers again", async () => {
    const lines = await linesOf(showHandOff, { HAND_OFF: "on-request" });

    const hours = "We are open from Monday to Friday, 9:00 to 18:00.";
    const called = "An operator has been called and will answer you in this chat.";
    expect(at("Telegram", lines)).toEqual([
      "Anna writes: /start",
      expect.stringMatching(/^Anna reads: Hello! .* \[Opening hours\] \[Call an operator\]$/),
      "Anna writes: When are you open?",
      `Anna reads: ${hours}`,
      "Anna presses: Call an operator",
      `Anna reads: ${called}`,
      "Anna reads: Good morning, Anna! Your order arrives today, before six.",
      "Anna writes: Thank you!",
      "Anna reads: The talk with the operator is over. The bot answers again.",
      "Anna writes: When are you open?",
      `Anna reads: ${hours}`,
    ]);
    expect(at("amoCRM", lines)).toEqual([
      "gets no calls",
      "silently, Anna Petrova: /start",
      expect.stringMatching(/^silently, Telegram bot: Hello! /),
      "silently, Anna Petrova: When are you open?",
      `silently, Telegram bot: ${hours}`,
      "Anna Petrova: Call an operator",
      `silently, Telegram bot: ${called}`,
      "the operator writes: Good morning, Anna! Your order arrives today, before six.",
      "the operator sees: delivered",
      "Anna Petrova: Thank you!",
      "the operator writes: /end",
      "the operator sees: delivered",
    ]);
    expect(at("ledger", lines).every((line) => line.endsWith(": sent"))).toBe(true);
  });
});

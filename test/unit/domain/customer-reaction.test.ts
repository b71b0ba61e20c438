import { describe, expect, test } from "@jest/globals";
import { createJobs } from "../../../lambdas/domain/jobs.ts";
import { PermanentFailure } from "../../../lambdas/model/failure.ts";
import type { CustomerReaction } from "../../../lambdas/model/message.ts";
import { aDeliveryBench } from "../../support/delivery-bench.ts";
import { aFakeCrm } from "../../support/fake-crm.ts";
import { jobDependencies } from "../../support/job-dependencies.ts";
import { sentMessages } from "../../support/sent-messages.ts";

const customer = { id: "tg-42", name: "Anna", language: "en" } as const;

const react = async (
  changes: Partial<CustomerReaction>,
  { crm = aFakeCrm(), known = {} as Record<string, string> } = {},
) => {
  const event: CustomerReaction = {
    kind: "reaction",
    conversationId: "tg-700-42",
    chatId: "42",
    customer,
    telegramMessageId: "9",
    atSeconds: 1_700_000_000,
    added: [],
    removed: [],
    ...changes,
  };
  const decodeTelegram = () => event;
  const deps = jobDependencies({ crm, decodeTelegram, sentMessages: sentMessages(known) });
  const bench = aDeliveryBench(createJobs(deps));
  await bench.attempt({ direction: "to-amocrm" });
  return { crm, entry: bench.entry() };
};

describe("a customer's reaction", () => {
  test("is passed change by change: what was taken back first, then what was added", async () => {
    const { crm, entry } = await react({ removed: ["👍"], added: ["❤", "🔥"] });

    expect(crm.calls).toMatchObject([
      { reaction: { type: "unreact", emoji: "👍", message: { msgid: "tg-700-42-9" } } },
      { reaction: { type: "react", emoji: "❤" } },
      { reaction: { type: "react", emoji: "🔥", customer: { id: "tg-42" } } },
    ]);
    expect(entry).toMatchObject({
      state: "sent",
      steps: Array.from({ length: 3 }, () => ({ step: "show-reaction" })),
    });
  });

  test("to an operator's message names it by amoCRM's id", async () => {
    const { crm } = await react({ added: ["👍"] }, { known: { "9": "amojo-9" } });

    expect(crm.calls).toMatchObject([{ reaction: { message: { amocrmMessageId: "amojo-9" } } }]);
  });

  test("that amoCRM does not take is said in words, without a notification", async () => {
    const crm = aFakeCrm({ reactions: [new PermanentFailure("refused-by-amocrm")] });

    await react({ added: ["👍"] }, { crm });

    expect(crm.messages()).toMatchObject([
      { content: { text: "[reaction] 👍" }, silent: true, msgid: "tg-700-42-9-react-1700000000-0" },
    ]);
  });

  test("without an emoji of its own is named by a word", async () => {
    const { crm } = await react({ removed: ["[custom_emoji]"] });

    expect(crm.messages()).toMatchObject([
      { content: { text: "[reaction taken back] [custom_emoji]" } },
    ]);
  });

  test("that changes nothing is ignored", async () => {
    expect((await react({})).entry).toMatchObject({ state: "ignored" });
  });
});

import { describe, expect, test } from "@jest/globals";
import { createJobs } from "../../../lambdas/domain/jobs.ts";
import { PermanentFailure } from "../../../lambdas/model/failure.ts";
import type { ElsewhereEvent } from "../../../lambdas/model/message.ts";
import { aDeliveryBench } from "../../support/delivery-bench.ts";
import { anEnvelope } from "../../support/events.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";
import { jobDependencies } from "../../support/job-dependencies.ts";

/** These people write in such a place, one after the other; answers what the bot said there. */
const write = async (
  changes: Partial<ElsewhereEvent>,
  {
    writers = ["42"],
    messenger = aFakeMessenger(),
    minutesBetween = 0,
  }: {
    writers?: readonly string[];
    messenger?: ReturnType<typeof aFakeMessenger>;
    minutesBetween?: number;
  } = {},
) => {
  let time = 0;
  const decodeTelegram = (): ElsewhereEvent => ({
    kind: "elsewhere",
    place: "group",
    conversationId: "tg-700--100",
    chatId: "-100",
    writer: writers[time - 1] ?? "",
    language: "en",
    ...changes,
  });
  const now = () => 1_700_000_000_000 + time * minutesBetween * 60_000;
  const bench = aDeliveryBench(createJobs(jobDependencies({ messenger, decodeTelegram, now })));
  const states = [];
  for (time = 1; time <= writers.length; time += 1) {
    const id = `tg:700:${time}`;
    await bench.attempt({ direction: "to-amocrm", id, envelope: anEnvelope({ id }) });
    states.push(bench.ledger.entry(id)?.state);
  }
  return { sent: messenger.sent, states };
};

describe("somebody who writes where the bridge does not serve", () => {
  test.each(["group", "channel"] as const)("is told so once: in a %s", async (place) => {
    const { sent, states } = await write({ place }, { writers: ["42", "42", "42"] });

    expect(sent).toEqual([{ chatId: "-100", text: expect.stringContaining("private chats") }]);
    expect(states).toEqual(["sent", "ignored", "ignored"]);
  });

  test("is told so though somebody else was told before", async () => {
    const { states } = await write({}, { writers: ["42", "4", "42", "2"] });

    expect(states).toEqual(["sent", "sent", "ignored", "sent"]);
  });

  test("waits for their next word where five were told within ten minutes", async () => {
    const writers = ["1", "2", "3", "4", "5", "6", "6", "7"];

    const atOnce = await write({}, { writers });
    const inTime = await write({}, { writers, minutesBetween: 2 });

    expect(atOnce.sent).toHaveLength(5);
    expect(inTime.states.slice(5)).toEqual(["sent", "ignored", "sent"]);
  });

  test("is told in their language, in the name of the business account", async () => {
    const { sent } = await write({ place: "business", language: "ru", businessConnectionId: "b1" });

    expect(sent).toEqual([
      {
        chatId: "-100",
        text: expect.stringContaining("напишите боту"),
        options: { businessConnectionId: "b1" },
      },
    ]);
  });

  test("holds up nothing where the bot may not write", async () => {
    const messenger = aFakeMessenger({ sends: [new PermanentFailure("refused-by-telegram")] });

    expect((await write({}, { messenger, writers: ["42", "42"] })).states).toEqual([
      "sent",
      "ignored",
    ]);
  });
});

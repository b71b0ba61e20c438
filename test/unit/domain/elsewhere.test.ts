import { describe, expect, test } from "@jest/globals";
import { createJobs } from "../../../lambdas/domain/jobs.ts";
import { PermanentFailure } from "../../../lambdas/model/failure.ts";
import type { ElsewhereEvent } from "../../../lambdas/model/message.ts";
import { aDeliveryBench } from "../../support/delivery-bench.ts";
import { anEnvelope } from "../../support/events.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";
import { jobDependencies } from "../../support/job-dependencies.ts";

/** Writes so often in such a place; answers what the bot said there. */
const write = async (
  changes: Partial<ElsewhereEvent>,
  { times = 1, messenger = aFakeMessenger() } = {},
) => {
  const decodeTelegram = (): ElsewhereEvent => ({
    kind: "elsewhere",
    place: "group",
    conversationId: "tg-700--100",
    chatId: "-100",
    language: "en",
    ...changes,
  });
  const bench = aDeliveryBench(createJobs(jobDependencies({ messenger, decodeTelegram })));
  const states = [];
  for (let time = 1; time <= times; time += 1) {
    const id = `tg:700:${time}`;
    await bench.attempt({ direction: "to-amocrm", id, envelope: anEnvelope({ id }) });
    states.push(bench.ledger.entry(id)?.state);
  }
  return { sent: messenger.sent, states };
};

describe("somebody who writes where the bridge does not serve", () => {
  test.each(["group", "channel"] as const)("is told so once: in a %s", async (place) => {
    const { sent, states } = await write({ place }, { times: 3 });

    expect(sent).toEqual([{ chatId: "-100", text: expect.stringContaining("private chats") }]);
    expect(states).toEqual(["sent", "ignored", "ignored"]);
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

    expect((await write({}, { messenger, times: 2 })).states).toEqual(["sent", "ignored"]);
  });
});

import { describe, expect, test } from "@jest/globals";
import { createJobs } from "../../../lambdas/domain/jobs.ts";
import type { Conversation } from "../../../lambdas/model/conversation.ts";
import { anAttempt, anEntry, anEnvelope, encoded } from "../../support/events.ts";
import { jobDependencies } from "../../support/job-dependencies.ts";
import { stepsOf } from "../../support/steps.ts";

const second = 1_700_000_000;
const chat = "tg-700-42";

const aMembership = (status: "kicked" | "member", redrive?: number) =>
  anAttempt({
    direction: "to-amocrm",
    envelope: anEnvelope({
      ...(redrive === undefined ? {} : { redrive }),
      body: encoded({
        update_id: 1,
        my_chat_member: {
          chat: { id: 42, type: "private" },
          date: second,
          new_chat_member: { status },
        },
      }),
    }),
  });

/** What is remembered after an event, where this was known before. */
const reachAfter = async (
  attempt: ReturnType<typeof anAttempt>,
  known: Omit<Conversation, "conversationId"> = {},
) => {
  const deps = jobDependencies();
  await deps.conversations.update(chat, known);
  const work = await (await createJobs(deps)(attempt)).work(anEntry());
  await stepsOf(work)[0]?.run(anEntry());
  return (await deps.conversations.find(chat))?.reach;
};

describe("whether the customer can be reached", () => {
  test("is what Telegram says of the chat", async () => {
    expect(await reachAfter(aMembership("kicked"))).toBe("blocked");
    expect(await reachAfter(aMembership("member"))).toBe("reachable");
  });

  test("is not overwritten by an event of the past that is redriven", async () => {
    const known = { reach: "reachable", reachAtMillis: (second + 1) * 1000 } as const;

    expect(await reachAfter(aMembership("kicked", 1), known)).toBe("reachable");
  });

  test("is what a redriven event says, when nothing newer is known", async () => {
    const known = { reach: "reachable", reachAtMillis: second * 1000 } as const;

    expect(await reachAfter(aMembership("kicked", 1), known)).toBe("blocked");
  });

  test("follows the queue for all other events: their order is Telegram's, our clock is not", async () => {
    const known = { reach: "blocked", reachAtMillis: (second + 60) * 1000 } as const;

    expect(await reachAfter(aMembership("member"), known)).toBe("reachable");
  });
});

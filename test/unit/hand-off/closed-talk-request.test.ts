import { describe, expect, test } from "@jest/globals";
import { anEnvelope, encoded } from "../../support/events.ts";
import { aHandOff } from "../../support/hand-off.ts";

const nowMillis: number = 1_700_000_000_000;
const lastMessageAtMillis = nowMillis - 600_000;

describe("the request to end a closed talk", () => {
  const over = "The talk with the operator is over. The bot answers again.";
  const request = (closedAtMillis: number) =>
    anEnvelope({
      id: `closed:tg-700-42:${closedAtMillis}`,
      source: "bridge",
      body: encoded({ kind: "talk_closed", conversationId: "tg-700-42", closedAtMillis }),
    });
  const end = (talk: ReturnType<typeof aHandOff>, closedAtMillis: number) => {
    const envelope = request(closedAtMillis);
    return talk.bench.attempt({ direction: "to-amocrm", id: envelope.id, envelope });
  };

  test.each([
    { name: "ends it", handOff: "operator", closedAtMillis: nowMillis, sentTexts: [over] },
    {
      name: "ends a talk that waits for an operator",
      handOff: "waiting",
      closedAtMillis: nowMillis,
      sentTexts: [over],
    },
    {
      name: "in the same second as the last message ends the talk",
      handOff: "operator",
      closedAtMillis: lastMessageAtMillis,
      sentTexts: [over],
    },
    {
      name: "is too late when a message came after it",
      handOff: "operator",
      closedAtMillis: lastMessageAtMillis - 1000,
      sentTexts: [],
    },
    { name: "finds a talk with the bot", handOff: "bot", closedAtMillis: nowMillis, sentTexts: [] },
    {
      name: "finds the talk closed already",
      handOff: "closed",
      closedAtMillis: nowMillis,
      sentTexts: [],
    },
  ] as const)("$name", async ({ handOff, closedAtMillis, sentTexts }) => {
    const talk = aHandOff({ handOff, lastMessageAtMillis: lastMessageAtMillis + 400 });

    await end(talk, closedAtMillis);
    await end(talk, closedAtMillis);

    expect(talk.sentTexts()).toEqual(sentTexts);
    expect(await talk.state()).toBe(sentTexts.length === 0 ? handOff : "closed");
  });
});

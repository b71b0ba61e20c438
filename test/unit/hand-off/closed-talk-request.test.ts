import { describe, expect, test } from "@jest/globals";
import { anEnvelope, encoded } from "../../support/events.ts";
import { aHandOff } from "../../support/hand-off.ts";

const nowMillis: number = 1_700_000_000_000;
const lastMessageAtMillis = nowMillis - 600_000;

describe("the request to end a talk that was closed", () => {
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
    { name: "ends it", handOff: "operator", closedAtMillis: nowMillis, said: [over] },
    { name: "ends a call that waits", handOff: "waiting", closedAtMillis: nowMillis, said: [over] },
    {
      name: "in the same second as the last words ends it",
      handOff: "operator",
      closedAtMillis: lastMessageAtMillis,
      said: [over],
    },
    {
      name: "is too late where somebody has written since",
      handOff: "operator",
      closedAtMillis: lastMessageAtMillis - 1000,
      said: [],
    },
    { name: "finds the bot back", handOff: "bot", closedAtMillis: nowMillis, said: [] },
    { name: "finds it closed", handOff: "closed", closedAtMillis: nowMillis, said: [] },
  ] as const)("$name", async ({ handOff, closedAtMillis, said }) => {
    const talk = aHandOff({ handOff, lastMessageAtMillis: lastMessageAtMillis + 400 });

    await end(talk, closedAtMillis);
    await end(talk, closedAtMillis);

    expect(talk.said()).toEqual(said);
    expect(await talk.state()).toBe(said.length === 0 ? handOff : "closed");
  });
});

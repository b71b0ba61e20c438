import { describe, expect, test } from "@jest/globals";
import { TransientFailure, PermanentFailure } from "../../../lambdas/model/failure.ts";
import { aFakeCrm } from "../../support/fake-crm.ts";
import { aHandOff } from "../../support/hand-off.ts";

const down = () => new TransientFailure("amoCRM answered 502");
const request = { command: "operator" } as const;

/** Repeats the hand-over until it completes, ten minutes between the attempts. */
const handOver = async (talk: ReturnType<typeof aHandOff>) => {
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const named = { ...request, msgid: "tg-700-42-7" };
    const verdict = await talk.customer("/operator", named, "the request");
    if (verdict.kind === "done") return;
    talk.bench.clock.advance(600_000);
  }
};

describe("opening a conversation for operators", () => {
  test.each([0, 1, 2, 3, 4])(
    "continues at the failed step when amoCRM fails at step %i: nothing twice, nothing left out",
    async (failsAt) => {
      const ids = ["a1", "a2", "a3", "a4", "a5", "a6", "a7"] as const;
      const sends = [...ids.slice(0, failsAt), down(), ...ids.slice(failsAt)];
      const crm = aFakeCrm({ sends: [sends[0] ?? "a0", ...sends.slice(1)] });
      const talk = aHandOff({}, { crm });
      await talk.customer("one");
      await talk.customer("two");

      await handOver(talk);

      const shown = talk.shown();
      const repeated = shown.filter((line, index) => shown[index - 1] === line);
      expect(repeated).toHaveLength(1);
      expect([...new Set(shown)].filter((line) => line.startsWith("customer"))).toEqual([
        "customer (silent): one",
        "customer (silent): two",
        "customer: /operator",
      ]);
      expect(await talk.state()).toBe("waiting");
    },
  );

  test("is not blocked when amoCRM refuses an old message", async () => {
    const refused = new PermanentFailure("refused-by-amocrm");
    const sends = [refused, refused, refused, refused, "a2", "a3", "a4"] as const;
    const crm = aFakeCrm({ sends });
    const talk = aHandOff({}, { crm });
    await talk.customer("one");

    await handOver(talk);

    expect(talk.shown()).toContain("customer: /operator");
    expect(talk.bench.ledger.entry("the request")).toMatchObject({ state: "sent" });
  });

  test("leaves an operator's quick answer in effect", async () => {
    const talk = aHandOff();
    await talk.customer("/operator", request);
    await talk.operator("Good morning");

    await talk.customer("/operator", request, "event-1");

    expect(await talk.state()).toBe("operator");
  });

  test("shows the edit of a message to the bot as an edit", async () => {
    const talk = aHandOff();
    await talk.customer("one", { msgid: "tg-700-42-1" });
    await talk.customer("won", { msgid: "tg-700-42-1", kind: "edit" });
    expect(talk.asked).toEqual(["one"]);

    await handOver(talk);

    expect(talk.crm.calls).toContainEqual({
      method: "editMessage",
      message: expect.objectContaining({
        msgid: "tg-700-42-1",
        content: { type: "text", text: "won" },
      }),
    });
  });

  test("shows the last two hundred messages of a long talk", async () => {
    const talk = aHandOff();
    for (let messageNumber = 1; messageNumber <= 205; messageNumber += 1)
      await talk.customer(`line ${messageNumber}`);

    await handOver(talk);

    const lines = talk.shown().filter((line) => line.startsWith("customer (silent)"));
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([
      200,
      "customer (silent): line 6",
      "customer (silent): line 205",
    ]);
  });
});

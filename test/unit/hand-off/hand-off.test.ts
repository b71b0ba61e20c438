import { describe, expect, test } from "@jest/globals";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { anAttempt, anEnvelope, encoded } from "../../support/events.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";
import { aHandOff } from "../../support/hand-off.ts";

const called = "An operator has been called and will answer you in this chat.";
const over = "The talk with the operator is over. The bot answers again.";

describe("a talk with the bot", () => {
  test("stays with the bot: amoCRM gets nothing of it", async () => {
    const { crm, customer, sentTexts, state } = aHandOff();

    await customer("hello");

    expect(sentTexts()).toEqual(["I am a bot."]);
    expect(crm.calls).toEqual([]);
    expect(await state()).toBe("bot");
  });

  test("is sent by the bot's own request to the customer's chat", async () => {
    const { customer, messenger } = aHandOff();

    await customer("hello");

    expect(messenger.sent).toMatchObject([{ chatId: "42", as: "sendMessage" }]);
  });

  test("continues after a customer blocked the bot", async () => {
    const messenger = aFakeMessenger({ sends: [new PermanentFailure("blocked")] });
    const { bench, customer } = aHandOff({}, { messenger });

    await customer("hello", {}, "event-1");

    expect(bench.ledger.entry("event-1")).toMatchObject({ state: "sent" });
  });
});

describe("a bot's answer that could not be sent", () => {
  test("leaves the customer's message in the transcript when the attempt crashes right after it", async () => {
    const messenger = aFakeMessenger({ sends: [new PermanentFailure("blocked"), "102", "103"] });
    const talk = aHandOff({}, { messenger });
    const put = talk.transcript.put.bind(talk.transcript);
    talk.transcript.put = () => Promise.reject(new TransientFailure("the table is down"));
    await talk.customer("hello", { msgid: "tg-700-42-1" }, "event-1");
    talk.transcript.put = put;
    talk.bench.clock.advance(600_000);

    await talk.customer("hello", { msgid: "tg-700-42-1" }, "event-1");
    await talk.customer("/operator", { command: "operator" });

    expect(talk.shown().slice(0, 2)).toEqual(["customer (silent): hello", "customer: /operator"]);
  });
});

describe("calling an operator", () => {
  test.each([
    { how: "by command", text: "/operator", changes: { command: "operator" } as const },
    { how: "by a question that the bot does not answer", text: "what is life?", changes: {} },
  ])("$how shows the transcript, silently and in order, then the request", async (call) => {
    const { customer, sentTexts, shown, state } = aHandOff();
    await customer("hello");
    await customer("and you?");

    await customer(call.text, call.changes);

    expect(shown()).toEqual([
      "customer (silent): hello",
      "bot (silent): I am a bot.",
      "customer (silent): and you?",
      "bot (silent): I am a bot.",
      `customer: ${call.text}`,
      `bot (silent): ${called}`,
    ]);
    expect(sentTexts().at(-1)).toBe(called);
    expect(await state()).toBe("waiting");
  });

  test("shows the transcript once: the next request starts a new one", async () => {
    const { customer, shown } = aHandOff();
    await customer("hello");
    await customer("/operator", { command: "operator" });
    await customer("/end", { command: "end" });
    const before = shown().length;

    await customer("hello again");
    await customer("/operator", { command: "operator" });

    expect(shown().slice(before)).toEqual([
      "customer (silent): hello again",
      "bot (silent): I am a bot.",
      "customer: /operator",
      `bot (silent): ${called}`,
    ]);
  });

  test("happens when the bot fails, because a person has to help", async () => {
    const answer = () => {
      throw new TypeError("a mistake in the team's bot");
    };
    const { bench, customer, shown, state } = aHandOff({}, { answer });

    await customer("hello");

    expect(shown()[0]).toBe("customer: hello");
    expect(await state()).toBe("waiting");
    expect(bench.logger.facts()).not.toContain("DeliveryParked");
  });

  test("leaves messages out of the transcript that the customer never got", async () => {
    const messenger = aFakeMessenger({ sends: [new PermanentFailure("blocked"), "102", "103"] });
    const { customer, shown } = aHandOff({}, { messenger });
    await customer("hello");

    await customer("/operator", { command: "operator" });

    expect(shown()).toEqual([
      "customer (silent): hello",
      "customer: /operator",
      `bot (silent): ${called}`,
    ]);
  });
});

describe("while operators are requested or answer", () => {
  test.each(["waiting", "operator"] as const)(
    "the operators get the customer's messages and the bot does not: %s",
    async (handOff) => {
      const { asked, customer, shown, sentTexts } = aHandOff({ handOff });

      await customer("/start", { command: "start" });
      await customer("here I am");

      expect(shown()).toEqual(["customer: /start", "customer: here I am"]);
      expect([asked, sentTexts()]).toEqual([[], []]);
    },
  );

  test("the first answer makes the talk the operator's", async () => {
    const { operator, state, sentTexts } = aHandOff({ handOff: "waiting" });

    await operator("Good morning");

    expect(await state()).toBe("operator");
    expect(sentTexts()).toEqual(["Good morning"]);
  });

  test("an operator's message never reaches the bot as a customer's", async () => {
    const { asked, operator } = aHandOff({ handOff: "bot" });

    await operator("Good morning");

    expect(asked).toEqual([]);
  });
});

describe("the end of a talk", () => {
  test("by the customer is shown to operators, and the bot answers again", async () => {
    const { asked, customer, sentTexts, shown, state } = aHandOff({ handOff: "operator" });

    await customer("/end", { command: "end" });

    expect(await state()).toBe("closed");
    expect(shown()).toEqual(["customer (silent): /end", `bot (silent): ${over}`]);
    await customer("hello");
    expect(asked).toEqual(["hello"]);
    expect(sentTexts()).toEqual([over, "I am a bot."]);
  });

  test("by the operator's command is announced to the customer, who does not see the command", async () => {
    const { bench, operator, sentTexts, state } = aHandOff({ handOff: "operator" });

    await operator("/end");

    expect([await state(), sentTexts()]).toEqual(["closed", [over]]);
    expect(bench.reports).toMatchObject([{ entry: { state: "sent" } }]);
  });

  test("is announced once, and refused when no talk is open", async () => {
    const { bench, customer, operator, sentTexts, state } = aHandOff({ handOff: "operator" });

    await customer("/end", { command: "end" });
    await customer("/end", { command: "end" });
    await operator("/end");

    expect(bench.reports).toMatchObject([{ entry: { state: "sent" } }]);
    expect(sentTexts()).toEqual([over, "No talk with an operator is open."]);
    expect(await state()).toBe("closed");
  });
});

describe("the end of a talk that is not open", () => {
  test("is refused once, does not reach the bot, and is recorded when the attempt crashes after it", async () => {
    const talk = aHandOff();
    const put = talk.transcript.put.bind(talk.transcript);
    talk.transcript.put = () => Promise.reject(new TransientFailure("the table is down"));
    const end = { command: "end", msgid: "tg-700-42-1" } as const;
    await talk.customer("/end", end, "event-1");
    talk.transcript.put = put;
    talk.bench.clock.advance(600_000);

    await talk.customer("/end", end, "event-1");
    await talk.customer("/operator", { command: "operator" });

    expect(talk.asked).toEqual([]);
    expect(talk.sentTexts()).toEqual(["No talk with an operator is open.", called]);
    expect(talk.shown().slice(0, 2)).toEqual([
      "customer (silent): /end",
      "bot (silent): No talk with an operator is open.",
    ]);
  });
});

describe("the messages to the bot", () => {
  test("are read when operators are to see them, not at every message to the bot", async () => {
    const talk = aHandOff();
    const reads: (readonly number[])[] = [];
    const get = talk.transcript.get.bind(talk.transcript);
    talk.transcript.get = (conversationId, numbers) => {
      if (numbers.length > 0) reads.push(numbers);
      return get(conversationId, numbers);
    };
    await talk.customer("one");
    await talk.customer("two");
    const whileTheBotAnswers = reads.length;

    await talk.customer("/operator", { command: "operator" });
    await talk.customer("to the operator");

    expect([whileTheBotAnswers, reads]).toEqual([0, [[1, 2]]]);
  });
});

describe("a customer's message that a person redrives", () => {
  test("goes to operators although the bot answers now", async () => {
    const { asked, bench, deps, shown } = aHandOff({ handOff: "closed" });
    const attempt = anAttempt({
      direction: "to-amocrm",
      envelope: anEnvelope({ redrive: 1, body: encoded("hello") }),
    });

    await deps.conversations.update("tg-700-42", { handOff: "closed" });
    await bench.attempt(attempt);

    expect(asked).toEqual([]);
    expect(shown()).toEqual(["customer: Good morning"]);
  });
});

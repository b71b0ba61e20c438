import { describe, expect, test } from "@jest/globals";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import type { AskPhone } from "../../../lambdas/model/conversation.ts";
import type { CustomerEvent } from "../../../lambdas/model/message.ts";
import type { OpenConversation } from "../../../lambdas/conversation/open-conversation.ts";
import { answerToPhone, askForPhone, withOwnPhone } from "../../../lambdas/conversation/say.ts";
import { aCustomerEvent, someSettings } from "../../support/events.ts";
import { aHandOff } from "../../support/hand-off.ts";

const ask =
  "You can share your phone number, so that operators recognise you: press the button below.";
const thanks = "Thank you! Operators have your number now.";
const notYours =
  "Only your own number can be linked to you: press the button for that. The contact has been passed on as a message.";
const own = { type: "contact", name: "Anna", phone: "79161234567", isOwn: true } as const;
const ivans = { type: "contact", name: "Ivan", phone: "79160000000" } as const;

describe("the number in a shared contact", () => {
  const answering = { telegramMessageId: "7", from: "bot", text: ask, isPart: false } as const;
  const cases: {
    name: string;
    askPhone: AskPhone;
    content: CustomerEvent["content"];
    phone: string | undefined;
  }[] = [
    { name: "the customer's own", askPhone: "at-start", content: own, phone: "+79161234567" },
    { name: "when the setting is never", askPhone: "never", content: own, phone: undefined },
    { name: "another person's", askPhone: "when-called", content: ivans, phone: undefined },
    {
      name: "without the E.164 form",
      askPhone: "at-start",
      content: { ...own, phone: "112" },
      phone: undefined,
    },
    {
      name: "a text",
      askPhone: "at-start",
      content: { type: "text", text: "79161234567" },
      phone: undefined,
    },
  ];

  test.each(cases)("$name: $phone", ({ askPhone, content, phone }) => {
    const event = aCustomerEvent({ content, quote: answering });

    const read = withOwnPhone(event, askPhone);

    expect(read.ownPhone).toBe(phone);
    expect(read.content).toEqual(content);
    expect(read.quote).toEqual(phone === undefined ? answering : undefined);
  });
});

describe("the answer to a contact", () => {
  const cases: {
    name: string;
    changes: Partial<CustomerEvent>;
    askPhone: AskPhone;
    phoneState?: "asked" | "shared";
    words: ReturnType<typeof answerToPhone>;
  }[] = [
    {
      name: "thanks for the customer's own and removes the button",
      changes: { content: own, ownPhone: "+79161234567" },
      askPhone: "at-start",
      words: [
        {
          text: thanks,
          message: { text: thanks, options: { keyboard: "remove" } },
          remember: { phoneState: "shared" },
        },
      ],
    },
    {
      name: "explains another person's after the bridge has asked",
      changes: { content: ivans },
      askPhone: "when-called",
      phoneState: "asked",
      words: [{ text: notYours, message: { text: notYours } }],
    },
    {
      name: "is none for another person's before the bridge has asked",
      changes: { content: ivans },
      askPhone: "when-called",
      words: [],
    },
    {
      name: "is none for another person's after the customer's own was shared",
      changes: { content: ivans },
      askPhone: "when-called",
      phoneState: "shared",
      words: [],
    },
    {
      name: "is none for another person's when the stage asks no more",
      changes: { content: ivans },
      askPhone: "never",
      phoneState: "asked",
      words: [],
    },
    {
      name: "is none for an own one without the E.164 form",
      changes: { content: { ...own, phone: "112" } },
      askPhone: "at-start",
      phoneState: "asked",
      words: [],
    },
    {
      name: "is none for a text",
      changes: {},
      askPhone: "at-start",
      phoneState: "asked",
      words: [],
    },
  ];

  test.each(cases)("$name", ({ changes, askPhone, phoneState, words }) => {
    const known = { conversationId: "tg-700-42", ...(phoneState && { phoneState }) };

    expect(answerToPhone(aCustomerEvent(changes), known, someSettings({ askPhone }))).toEqual(
      words,
    );
  });

  test("follows a question with a button for the number, and the question is remembered", () => {
    const asked = askForPhone(
      "at-start",
      aCustomerEvent(),
      undefined,
      someSettings({ askPhone: "at-start" }),
    );

    const options = { keyboard: { sharePhone: "Share my number" } };
    expect(asked).toEqual([
      { text: ask, message: { text: ask, options }, remember: { phoneState: "asked" } },
    ]);
  });
});

describe("a number shared with the bot", () => {
  /** A talk with the bot, and the numbers with which its chat was opened. */
  const aTalk = (askPhone: AskPhone, trouble?: TransientFailure) => {
    const opened: (string | undefined)[] = [];
    const openConversation: OpenConversation = async ({ ownPhone }) => {
      if (trouble !== undefined) throw trouble;
      opened.push(ownPhone);
      return { amojoChatId: "amojo-chat" };
    };
    return { ...aHandOff({}, { askPhone, openConversation }), opened };
  };

  test("is linked at once, the bridge sends thanks, and the bot gets no message", async () => {
    const talk = aTalk("at-start");

    await talk.customer("contact", { content: own });

    expect(talk.sentTexts()).toEqual([thanks]);
    expect(talk.messenger.sent[0]?.options).toEqual({ keyboard: "remove" });
    expect(talk.opened).toEqual(["+79161234567"]);
    expect(talk.asked).toEqual([]);
    expect(await talk.state()).toBe("bot");
  });

  test("goes to the bot when the stage asks for none", async () => {
    const talk = aTalk("never");

    await talk.customer("contact", { content: own });

    expect([talk.asked.length, talk.opened]).toEqual([1, []]);
  });

  test("does not stop the bot's answers while amoCRM is down", async () => {
    const talk = aTalk("at-start", new TransientFailure("amoCRM answered 502"));

    await talk.customer("contact", { content: own }, "event-1");
    await talk.customer("hello");

    expect(talk.bench.ledger.entry("event-1")).toMatchObject({ state: "sent" });
    expect(talk.sentTexts()).toEqual([thanks, "I am a bot."]);
  });

  test("that is another person's is answered after the bridge has asked, else it goes to the bot", async () => {
    const talk = aTalk("at-start");
    await talk.customer("before", { content: ivans });
    await talk.customer("/start", { command: "start" });

    await talk.customer("after", { content: ivans });

    expect(talk.sentTexts()).toEqual(["I am a bot.", "I am a bot.", ask, notYours]);
    expect(talk.opened).toEqual([]);
  });

  test.each(["at-start", "when-called"] as const)(
    "%s: the bridge asks at that point only, until the number is shared",
    async (askPhone) => {
      const talk = aTalk(askPhone);
      const asked = () => talk.sentTexts().filter((text) => text === ask).length;
      const counts: number[] = [];
      for (const command of ["start", "operator", "end"] as const) {
        await talk.customer(`/${command}`, { command });
        counts.push(asked());
      }
      await talk.customer("contact", { content: own });
      for (const command of ["start", "operator"] as const) {
        await talk.customer(`/${command}`, { command });
      }
      counts.push(asked());

      expect(counts).toEqual(askPhone === "at-start" ? [1, 1, 1, 1] : [0, 1, 1, 1]);
    },
  );

  test("is in the transcript with its answer", async () => {
    const talk = aTalk("when-called");
    await talk.customer("contact", { content: own });

    await talk.customer("/operator", { command: "operator" });

    expect(talk.shown().slice(0, 3)).toEqual([
      "customer (silent): contact",
      `bot (silent): ${thanks}`,
      "customer: /operator",
    ]);
  });

  test("is handled once when an attempt crashes after any step: the next one continues", async () => {
    const talk = aTalk("at-start");
    const put = talk.transcript.put.bind(talk.transcript);
    talk.transcript.put = () => Promise.reject(new TransientFailure("the table is down"));
    await talk.customer("contact", { content: own }, "event-1");
    talk.transcript.put = put;
    talk.bench.clock.advance(600_000);

    await talk.customer("contact", { content: own }, "event-1");

    expect(talk.sentTexts()).toEqual([thanks]);
    expect(talk.opened).toHaveLength(1);
    expect(talk.bench.ledger.entry("event-1")).toMatchObject({ state: "sent" });
  });
});

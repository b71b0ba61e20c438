import { describe, expect, test } from "@jest/globals";
import {
  customerToOperator,
  sentAtMillisOf,
  stepsShowing,
} from "../../../lambdas/customer-to-operator/message.ts";
import { handOff } from "../../../lambdas/hand-off/hand-off.ts";
import type { TalkSoFar } from "../../../lambdas/hand-off/transcript.ts";
import type { BridgeSettings } from "../../../lambdas/delivery/settings.ts";
import type { CustomerEvent } from "../../../lambdas/model/message.ts";
import type { BotAnswer } from "../../../lambdas/model/messenger.ts";
import { aCustomerEvent, someSettings } from "../../support/events.ts";
import { stepsOf } from "../../support/steps.ts";

const called = "An operator has been called and will answer you in this chat.";
const over = "The talk with the operator is over. The bot answers again.";
const conversationId = "tg-700-42";
const acceptedAtMillis = 1_700_000_000_500;
const accepted = { eventId: "tg:700:9", acceptedAtMillis, isRedriven: false };

const saying = (text: string): BotAnswer["requests"][number] => ({
  method: "sendMessage",
  payload: { text },
  text,
});
const exchange = (text: string, reply: string) => ({
  event: aCustomerEvent({ msgid: `${conversationId}-1`, content: { type: "text", text } }),
  acceptedAtMillis,
  replies: [{ text: reply, telegramMessageId: "101" }],
});
const unseen = [exchange("hello", "I am a bot."), exchange("and you?", "Fine.")];

/** All steps of a message when the hand-over's step is known. */
const stepsAt = (
  step: Parameters<typeof handOff>[1],
  {
    event = aCustomerEvent(),
    transcript = [],
    requests = [],
    settings = someSettings({ hasBot: true }),
    conversation,
  }: {
    event?: CustomerEvent;
    transcript?: TalkSoFar["transcript"];
    requests?: BotAnswer["requests"];
    settings?: BridgeSettings;
    conversation?: TalkSoFar["conversation"];
  } = {},
) => {
  const answer = { requests, callsOperator: false };
  return stepsOf(
    handOff(event, step, { conversation, transcript }, { accepted, answer }, settings),
  );
};
/** A step in short: its name and its text. */
const inShort = (steps: ReturnType<typeof stepsAt>) =>
  steps.map((step) => {
    if (step.name === "show-message") {
      const { content } = step.piece;
      const silent = step.isSilent ? " (silent)" : "";
      return `${step.name}${silent}: ${content.type === "text" ? content.text : content.type}`;
    }
    if (step.name === "show-bot-message") return `${step.name}: ${step.text}`;
    if (!("message" in step)) return step.name;
    const { message } = step;
    return `${step.name}: ${"text" in message ? message.text : message.method}`;
  });
const shownPast = [
  "show-message (silent): hello",
  "show-bot-message: I am a bot.",
  "show-message (silent): and you?",
  "show-bot-message: Fine.",
  "forget-transcript",
];

describe("the bot's answer", () => {
  test("is sent as the bot requests, to the customer's chat, then recorded: amoCRM gets nothing of it", () => {
    const steps = stepsAt("ask the bot", { requests: [saying("Hi!"), saying("Ask me.")] });

    const to = { conversationId, chatId: "42" };
    const answered = { name: "answer-as-bot", to, skip: "any-failure" };
    expect(steps).toEqual([
      { ...answered, message: { method: "sendMessage", payload: { text: "Hi!" } } },
      { ...answered, message: { method: "sendMessage", payload: { text: "Ask me." } } },
      {
        name: "remember-exchange",
        event: aCustomerEvent(),
        acceptedAtMillis,
        texts: ["Hi!", "Ask me."],
      },
    ]);
  });

  test("to a shared number is thanks; the number is linked whatever else fails", () => {
    const event = aCustomerEvent({ ownPhone: "+15550100" });
    const settings = someSettings({ hasBot: true, askPhone: "at-start" });

    const steps = stepsAt("ask the bot", { event, settings });

    expect(steps).toMatchObject([
      {
        name: "answer-as-bot",
        message: { options: { keyboard: "remove" } },
        remember: { phoneState: "shared" },
      },
      { name: "link-phone", event, skip: "any-failure" },
      { name: "remember-exchange", texts: ["Thank you! Operators have your number now."] },
    ]);
  });

  test("that no talk is open is part of the talk with the bot", () => {
    const text = "No talk with an operator is open.";

    expect(stepsAt("say that nothing is open")).toMatchObject([
      { name: "answer-as-bot", message: { text } },
      { name: "remember-exchange", texts: [text] },
    ]);
  });
});

describe("opening a talk for operators", () => {
  test("shows the transcript, the request, and the bot's answer before the bridge's notice", () => {
    const steps = stepsAt("open", { transcript: unseen, requests: [saying("One moment.")] });

    expect(inShort(steps)).toEqual([
      "open-talk",
      ...shownPast,
      "show-message: Good morning",
      "say: sendMessage",
      "show-bot-message: One moment.",
      `say: ${called}`,
      `show-bot-message: ${called}`,
    ]);
    expect(steps[0]).toEqual({ name: "open-talk", conversationId, eventId: "tg:700:9" });
  });

  test("gives amoCRM the message's time for all that belongs to it", () => {
    const event = aCustomerEvent();

    const times = stepsAt("open", { event }).flatMap((step) => {
      if (step.name === "show-message") return [step.sentAtMillis];
      return step.name === "show-bot-message" ? [step.atMillis] : [];
    });

    const atMillis = sentAtMillisOf(event, acceptedAtMillis);
    expect(times).toEqual([atMillis, atMillis]);
  });

  test("sends the bot's answer and does not show it when amoCRM knows no bot", () => {
    const settings = someSettings({ hasBot: true, canSpeakAsBot: false });

    expect(inShort(stepsAt("open", { settings, transcript: unseen }))).toEqual([
      "open-talk",
      "show-message (silent): hello",
      "show-message (silent): and you?",
      "forget-transcript",
      "show-message: Good morning",
      `say: ${called}`,
    ]);
  });
});

describe("a message to operators", () => {
  test("comes after the earlier messages when operators started the talk themselves", () => {
    expect(inShort(stepsAt("catch up", { transcript: unseen }))).toEqual([
      "catch-up",
      ...shownPast,
      "show-message: Good morning",
    ]);
  });

  test.each(["start", "help", "operator"] as const)(
    "gets no greeting while they answer: /%s",
    (command) => {
      const event = aCustomerEvent({ command });

      expect(inShort(stepsAt("pass on", { event }))).toEqual(["show-message: Good morning"]);
    },
  );

  test("is otherwise handled as when operators always answer", () => {
    const settings = someSettings({ hasBot: true });
    const work = customerToOperator(aCustomerEvent(), acceptedAtMillis, undefined, settings);

    expect(stepsAt("pass on", { settings })).toEqual(stepsOf(work));
  });
});

describe("the end of a talk by the customer", () => {
  test("is shown silently, left out after a third refusal, and announced to the customer", () => {
    const event = aCustomerEvent({ command: "end", content: { type: "text", text: "/end" } });

    const steps = stepsAt("close", { event, transcript: unseen });

    expect(inShort(steps)).toEqual([
      "close-talk",
      ...shownPast,
      "show-message (silent): /end",
      `say: ${over}`,
      `show-bot-message: ${over}`,
    ]);
    const settings = someSettings();
    const [shown] = stepsShowing(event, acceptedAtMillis, { isSilent: true }, settings);
    expect(steps[6]).toEqual({ ...shown?.([]), skip: "refusal-after-three-failures" });
  });
});

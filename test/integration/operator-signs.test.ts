import { beforeAll, describe, expect, test } from "@jest/globals";
import { conversationOf, eventually, shown, useBridge, textsTo } from "./bridge.ts";
import { operatorSends } from "./operator.ts";

const anna = { id: 42, first_name: "Anna", language_code: "en" };
/** The customer's message, and the operator's answer under its id on each side. */
let question: number;
let answer: { amocrm: string; telegram: number };

const bridge = useBridge();
beforeAll(async () => {
  question = (await bridge.telegram.customerSays(anna, "When will it come?")).messageId;
  await shown(bridge, anna.id, question);
  const { messageId, messages } = await operatorSends(bridge, anna.id, { text: "Tomorrow" });
  answer = { amocrm: messageId, telegram: messages[0]?.messageId ?? 0 };
});

describe("an operator's reaction", () => {
  const reacts = (message: string, emoji?: string, shape?: "msgid" | "message") =>
    bridge.amocrm.operatorReacts(message, emoji, shape);
  const on = (messageId: number) => bridge.telegram.reaction(anna.id, messageId);

  test.each(["msgid", "message"] as const)(
    "with the message named by %s appears there and disappears again",
    async (shape) => {
      const name = `${conversationOf(anna.id)}-${question}`;

      await reacts(name, "🔥", shape);
      const put = await eventually("the reaction", () => on(question));
      await reacts(name, undefined, shape);
      await eventually("none", () => on(question) === undefined);

      expect(put).toBe("🔥");
      expect(textsTo(bridge.telegram, anna.id)).not.toContain("🔥");
    },
  );

  test("to the operator's own message appears there", async () => {
    await reacts(answer.amocrm, "👍");

    expect(await eventually("the reaction", () => on(answer.telegram))).toBe("👍");
  });

  test("that Telegram has only in another form becomes the nearest one", async () => {
    const now = () => on(answer.telegram);
    await reacts(answer.amocrm, "❤️");
    const heart = await eventually("the heart", () => now() !== "👍" && now());
    await reacts(answer.amocrm, "😂");
    const laugh = await eventually("the laugh", () => now() !== heart && now());

    expect([heart, laugh]).toEqual(["❤", "🤣"]);
  });

  test("that Telegram does not allow becomes a text that answers the message", async () => {
    await reacts(answer.amocrm, "🚲");

    const line = await eventually("the line", () =>
      bridge.telegram.messages().find(({ text }) => text === "🚲"),
    );
    expect(line.replyToMessageId).toBe(answer.telegram);
  });
});

describe("an operator's typing", () => {
  const typed = () =>
    bridge.telegram.calls().filter(({ method }) => method === "sendChatAction").length;

  test("is shown in Telegram", async () => {
    const before = typed();
    await bridge.amocrm.operatorTypes(conversationOf(anna.id));
    await eventually("the sign", () => typed() > before);

    expect(typed()).toBe(before + 1);
  });

  test("is not shown after it has ended", async () => {
    const before = typed();
    const lines = bridge.log.length;
    const conversation = { id: "amojo-chat", client_id: conversationOf(anna.id) };
    const typing = { user: { id: "operator" }, conversation, expired_at: 1_700_000_000 };
    await bridge.amocrm.sendHook({ time: 1_700_000_000, action: { typing } });

    await eventually("the line of it", () =>
      bridge.log.slice(lines).some((line) => line.includes("typing that is over")),
    );
    expect(typed()).toBe(before);
  });
});

import assert from "node:assert/strict";
import { discard } from "../../cli/commands/discard.ts";
import { listParked } from "../../cli/parked/parked.ts";
import { redrive } from "../../cli/commands/redrive.ts";
import type { TestedBridge } from "./tested-bridge.ts";
import { eventually } from "./tested-bridge.ts";

/** One behavior that every bridge must have. Throws if the bridge does not have it. */
export type Scenario = {
  readonly title: string;
  readonly run: (bridge: TestedBridge) => Promise<void>;
};

const written = (what: string) => `e2e: ${what}, ${new Date().toISOString()}`;

/** No chat has this id, and none of ours will. */
const unknownChat = 1;

/** The order matters: the last scenario checks what the others left. */
export const scenarios: readonly Scenario[] = [
  {
    title: "unsigned requests are refused at both webhooks",
    async run(bridge) {
      const hook = `/amocrm/${bridge.scopeId}`;
      assert.equal(await bridge.post("/telegram", "{}", {}), 401);
      const wrong = { "x-telegram-bot-api-secret-token": "not-the-secret" };
      assert.equal(await bridge.post("/telegram", "{}", wrong), 401);
      assert.equal(await bridge.post(hook, "{}", {}), 401);
      assert.equal(await bridge.post(hook, "{}", { "x-signature": "0".repeat(40) }), 401);
      assert.equal(await bridge.post("/elsewhere", "{}", {}), 404);
    },
  },
  {
    title: "a customer's message is shown to the operator",
    async run(bridge) {
      const message = bridge.message({ text: written("a message") });
      const { eventId } = await bridge.update("message", message);
      await bridge.ended(eventId);
      assert.deepEqual(await textsOf(bridge, message), [message.text]);
    },
  },
  {
    title: "an update that Telegram repeats is shown once",
    async run(bridge) {
      const message = bridge.message({ text: written("sent twice") });
      const { eventId, updateId } = await bridge.update("message", message);
      await bridge.update("message", message, updateId);
      await bridge.ended(eventId);
      const after = bridge.message({ text: written("after it") });
      await bridge.ended((await bridge.update("message", after)).eventId);
      assert.deepEqual(await textsOf(bridge, message, after), [message.text, after.text]);
    },
  },
  {
    title: "messages of a chat keep their order",
    async run(bridge) {
      const messages = ["one", "two", "three", "four"].map((text) =>
        bridge.message({ text: written(text) }),
      );
      const ends: Promise<unknown>[] = [];
      for (const message of messages) {
        ends.push(bridge.ended((await bridge.update("message", message)).eventId));
      }
      await Promise.all(ends);
      assert.deepEqual(
        await textsOf(bridge, ...messages),
        messages.map((each) => each.text),
      );
    },
  },
  {
    title: "an edited message is still one message",
    async run(bridge) {
      const message = bridge.message({ text: written("before the edit") });
      await bridge.ended((await bridge.update("message", message)).eventId);
      const edited = { ...message, edit_date: message.date + 1, text: written("after the edit") };
      await bridge.ended((await bridge.update("edited_message", edited)).eventId);
      assert.equal((await textsOf(bridge, message)).length, 1);
    },
  },
  {
    title: "a customer's file can be fetched at the address that amoCRM gets, byte for byte",
    async run(bridge) {
      const bytes = Buffer.from(written("a file"));
      const document = await bridge.uploaded("e2e.txt", bytes);
      const message = bridge.message({ document });
      await bridge.ended((await bridge.update("message", message)).eventId);
      const [shown] = await shownOf(bridge, message);
      const answer = await fetch(shown?.media ?? "", { signal: AbortSignal.timeout(15_000) });
      assert.equal(answer.status, 200);
      assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes);
    },
  },
  {
    title: "operators' answers reach the customer, and a repeated hook changes nothing",
    async run(bridge) {
      const text = written("an answer");
      const { eventId, messageId } = await bridge.answer(text);
      await bridge.answer(text, bridge.chatId, messageId);
      await bridge.ended(eventId);
      const { eventId: next } = await bridge.answer(written("another answer"));
      await bridge.ended(next);
    },
  },
  {
    title: "an answer to an unknown chat is parked, redriven, parked again and discarded",
    async run(bridge) {
      const { eventId } = await bridge.answer(written("to an unknown chat"), unknownChat);
      await bridge.ended(eventId, "parked");
      const request = { id: eventId, dryRun: false, perSecond: 5 };
      const quietly = { sleep: async () => undefined, onProgress: () => undefined };
      const { sent } = await redrive(request, bridge.sources, quietly);
      assert.equal(sent.length, 1);
      await eventually("the second parking", async () => {
        const { state, redrives = 0 } = (await bridge.sources.deliveries.find(eventId)) ?? {};
        return (state === "parked" && redrives === 1) || undefined;
      });
      assert.equal((await discard(eventId, true, bridge.sources)).kind, "discarded");
      await bridge.ended(eventId, "ignored");
    },
  },
  {
    title: "none of these events is left parked",
    async run(bridge) {
      const { events } = await listParked(bridge.sources);
      const left = events.filter(({ id }) => bridge.events.includes(id));
      assert.deepEqual(left, []);
    },
  },
];

/** Which of these messages amoCRM shows, in its order. */
async function shownOf(bridge: TestedBridge, ...messages: { readonly message_id: number }[]) {
  const own = new Set(messages.map((message) => bridge.msgid(message)));
  return (await bridge.shown()).filter(({ msgid }) => own.has(msgid));
}

async function textsOf(bridge: TestedBridge, ...messages: { readonly message_id: number }[]) {
  return (await shownOf(bridge, ...messages)).map(({ text }) => text);
}

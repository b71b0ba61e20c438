import { readFileSync, readdirSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { botKey, fetchedFor, shown, sightings, startBridge } from "./bridge.ts";
import type { Bridge } from "./bridge.ts";

/** Bot API objects of every kind; those that are new messages of a private chat are sent here. */
const folder = new URL("../fixtures/telegram/", import.meta.url);
type Message = Record<string, unknown> & { chat: { type: string }; from?: { is_bot: boolean } };
const all = readdirSync(folder)
  .map((name) => ({
    name: name.replace(/\.json$/, ""),
    update: JSON.parse(readFileSync(new URL(name, folder), "utf8")) as { message?: Message },
  }))
  .flatMap(({ name, update: { message } }) =>
    message?.chat.type === "private" ? [{ name, message }] : [],
  )
  .map(({ name, message }, index) => ({ name, message: { ...message, message_id: 1000 + index } }));
/** What bots did and wrote there is no customer's word, and comes to no operator. */
const kinds = all.filter(({ message }) => message.from?.is_bot !== true);

let bridge: Bridge;
beforeAll(async () => {
  bridge = await startBridge();
  for (const { message } of all) await bridge.telegram.sendUpdate({ message });
});
afterAll(async () => {
  await bridge.run.close();
});

test.each(kinds)(
  "$name is taken by amoCRM: words, a form of its own, or its name",
  async (kind) => {
    const { type, text } = await shown(bridge, 42, kind.message.message_id);
    const isWords = "text" in kind.message || "rich_message" in kind.message;
    const hasOwnForm = type !== "text" || isWords;

    expect(text).toMatch(hasOwnForm ? /^/ : /\[([^\]]+ · )?[a-z_]+\]/);
    expect(type === "text" && text === "").toBe(false);
  },
);

test("they came in the order of their sending, and nothing was set aside", async () => {
  const own = bridge.amocrm.messages().filter(({ direction }) => direction === "customer");

  const names = own.map(({ msgid }) => msgid?.replace(/\.\d+$/, ""));
  // Of a photo that moves the film is one more, under the same number.
  expect([...new Set(names)]).toEqual(
    kinds.map(({ message }) => `tg-1000000001-42-${message.message_id}`),
  );
  for (const reason of ["not-understood", "refused-by-amocrm", "gave-up"]) {
    expect(await bridge.parked(reason)).toEqual([]);
  }
});

test("every file among them was there when amoCRM came for it, and the token nowhere", async () => {
  const files = bridge.amocrm.messages().filter(({ content }) => content["media"] !== undefined);
  const fetched = await Promise.all(files.map((message) => fetchedFor(bridge, message)));

  expect(fetched.length).toBeGreaterThan(10);
  expect(fetched.filter(({ status, bytes }) => status !== 200 || bytes.length === 0)).toEqual([]);
  expect(sightings(bridge, [botKey])).toEqual({ inAmocrm: [], inLog: [] });
});

import { readFileSync, readdirSync } from "node:fs";
import { beforeAll, expect, test } from "@jest/globals";
import { botKey, fetchedFor, shown, sightings, useBridge } from "./bridge.ts";

/** Bot API objects of every kind. The test sends those that are new messages of a private chat. */
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
/** Messages from bots and about bots are not a customer's messages. They do not reach operators. */
const kinds = all.filter(({ message }) => message.from?.is_bot !== true);

const bridge = useBridge();
beforeAll(async () => {
  for (const { message } of all) await bridge.telegram.sendUpdate({ message });
});

test.each(kinds)(
  "$name is accepted by amoCRM: as text, in its own form, or by its name",
  async (kind) => {
    const { type, text } = await shown(bridge, 42, kind.message.message_id);
    const isWords = "text" in kind.message || "rich_message" in kind.message;
    const hasOwnForm = type !== "text" || isWords;

    expect(text).toMatch(hasOwnForm ? /^/ : /\[([^\]]+ · )?[a-z_]+\]/);
    expect(type === "text" && text === "").toBe(false);
  },
);

test("they arrived in the order in which they were sent, and none was parked", async () => {
  const own = bridge.amocrm.messages().filter(({ direction }) => direction === "customer");

  const names = own.map(({ msgid }) => msgid?.replace(/\.\d+$/, ""));
  // An animation arrives also as a video, so the same number has one message more.
  expect([...new Set(names)]).toEqual(
    kinds.map(({ message }) => `tg-1000000001-42-${message.message_id}`),
  );
  for (const reason of ["not-understood", "refused-by-amocrm", "gave-up"]) {
    expect(await bridge.parked(reason)).toEqual([]);
  }
});

test("every file was available when amoCRM fetched it, and the token appeared nowhere", async () => {
  const files = bridge.amocrm.messages().filter(({ content }) => content["media"] !== undefined);
  const fetched = await Promise.all(files.map((message) => fetchedFor(bridge, message)));

  expect(fetched.length).toBeGreaterThan(10);
  expect(fetched.filter(({ status, bytes }) => status !== 200 || bytes.length === 0)).toEqual([]);
  expect(sightings(bridge, [botKey])).toEqual({ inAmocrm: [], inLog: [] });
});

import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { SimulatedCustomer } from "../../../local/simulators/telegram/bot.ts";
import type { TelegramSimulator } from "../../../local/simulators/telegram/server.ts";
import { ann, bob, call, startTelegram } from "./support/telegram-client.ts";

type Update = { update_id: number; message?: { text: string } };

let telegram: TelegramSimulator;
let nowMillis = 1_800_000_000_000;
beforeEach(async () => {
  telegram = await startTelegram({ now: () => (nowMillis += 5000) });
});
afterEach(() => telegram.close());

const get = async (parameters: Record<string, unknown> = {}) => {
  const answer = await call(telegram, "getUpdates", parameters);
  return (answer.result as Update[]).map(({ update_id: id, message }) => ({
    id,
    text: message?.text,
  }));
};
/** The promise settles only when a test confirms the update. */
const says = (customer: SimulatedCustomer, text: string) => {
  const said = telegram.customerSays(customer, text);
  said.catch(() => undefined);
  return said;
};
const pending = async () => {
  const { result } = await call(telegram, "getWebhookInfo");
  return (result as { pending_update_count: number }).pending_update_count;
};
const three = () => ["1", "2", "3"].forEach((text) => void says(text === "2" ? bob : ann, text));
const texts = (updates: { text: string | undefined }[]) => updates.map(({ text }) => text);

describe("getUpdates", () => {
  test("answers the updates of all chats in their order, again and again until they are confirmed", async () => {
    three();

    const first = await get();
    const again = await get({ timeout: 50 });

    expect(texts(first)).toEqual(["1", "2", "3"]);
    expect(again).toEqual(first);
    expect(await pending()).toBe(3);
  });

  test("confirms every update before the offset, and none without an offset", async () => {
    three();
    const [, second] = await get({ offset: 0 });

    const rest = await get({ offset: second?.id });

    expect(texts(rest)).toEqual(["2", "3"]);
    expect(await pending()).toBe(2);
  });

  test("an update ends for its customer when it is confirmed", async () => {
    const said = says(ann, "1");
    const [update] = await get();

    await get({ offset: (update?.id ?? 0) + 1 });

    await expect(said).resolves.toMatchObject({ updateId: update?.id });
  });

  test.each([
    { limit: 1, count: 1 },
    { limit: 2, count: 2 },
    { limit: 0, count: 1 },
    { limit: 1000, count: 3 },
  ])("answers with limit $limit at most $count updates", async ({ limit, count }) => {
    three();

    expect(await get({ limit })).toHaveLength(count);
  });

  test("a negative offset keeps the last updates and forgets the others", async () => {
    three();

    expect(texts(await get({ offset: -2 }))).toEqual(["2", "3"]);
    expect(await pending()).toBe(2);
  });

  test("waits for the next update within its timeout", async () => {
    const waiting = get({ timeout: 50 });
    await pending();
    void says(ann, "late");

    expect(texts(await waiting)).toEqual(["late"]);
  });

  test("answers none after its timeout", async () => {
    expect(await get({ timeout: 1 })).toEqual([]);
  });

  test("is refused while a webhook is set, in Telegram's words", async () => {
    telegram.setWebhook("https://elsewhere.example/telegram", "");

    expect(await call(telegram, "getUpdates")).toMatchObject({
      http: 409,
      description:
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    });
  });

  test.each([
    {
      by: "another call that waits",
      act: () => call(telegram, "getUpdates", { timeout: 50 }),
      description:
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    },
    {
      by: "a webhook that is set",
      act: () => call(telegram, "setWebhook", { url: "https://elsewhere.example/telegram" }),
      description: "Conflict: terminated by setWebhook request",
    },
  ])("a call that waits is ended by $by", async ({ act, description }) => {
    const older = call(telegram, "getUpdates", { timeout: 50, offset: 1 });
    await pending();

    void act().catch(() => undefined);

    expect(await older).toMatchObject({ http: 409, description });
  });

  test("sets the kinds of updates, which stay without a webhook", async () => {
    await get({ allowed_updates: ["message_reaction"] });

    await says(ann, "not wanted");

    expect(await pending()).toBe(0);
    expect((await call(telegram, "getWebhookInfo")).result).toMatchObject({
      allowed_updates: ["message_reaction"],
    });
  });

  test("asked twice for the same in half a second, it answers one update", async () => {
    await telegram.close();
    telegram = await startTelegram({ now: () => 1_800_000_000_000 });
    three();

    expect(await get({ offset: 0 })).toHaveLength(3);
    expect(await get({ offset: 0 })).toHaveLength(1);
  });

  test("an update is dropped after a day", async () => {
    const said = says(ann, "1");
    nowMillis += 24 * 60 * 60 * 1000;

    expect(await get()).toEqual([]);
    await expect(said).rejects.toThrow("24 hours");
  });

  test("an answer that is lost comes again", async () => {
    three();
    telegram.faults.add({ match: "getUpdates", loseAnswer: true });

    await expect(call(telegram, "getUpdates", {})).rejects.toThrow("fetch failed");

    expect(texts(await get())).toEqual(["1", "2", "3"]);
  });

  test("updates that are not confirmed go to a webhook that is set later, and confirmed ones do not", async () => {
    three();
    const [, second] = await get();
    await get({ offset: second?.id });

    expect(await call(telegram, "deleteWebhook")).toMatchObject({ ok: true });
    expect(await pending()).toBe(2);
  });
});

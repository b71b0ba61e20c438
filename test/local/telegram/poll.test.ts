import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { botApi } from "../../../lambdas/telegram/send/client.ts";
import type { SimulatedCustomer } from "../../../local/simulators/telegram/bot.ts";
import type { TelegramSimulator } from "../../../local/simulators/telegram/server.ts";
import { Delivery } from "../../../local/telegram/deliver.ts";
import { Journal } from "../../../local/telegram/journal.ts";
import type { Update } from "../../../local/telegram/journal.ts";
import { poll } from "../../../local/telegram/poll.ts";
import type { GetUpdates } from "../../../local/telegram/poll.ts";
import { Receiver, eventually } from "../simulators/support/receiver.ts";
import { ann, bob, botToken, call, startTelegram } from "../simulators/support/telegram-client.ts";

let folder: string;
let telegram: TelegramSimulator;
let receiver: Receiver;
let nowMillis = 1_800_000_000_000;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bridge-poll-"));
  // A clock that leaps: Telegram slows down only calls that follow at once.
  telegram = await startTelegram({ now: () => (nowMillis += 5000) });
  receiver = await Receiver.start();
});
afterEach(async () => {
  await Promise.all([receiver.close(), telegram.close()]);
  await rm(folder, { recursive: true });
});

/** A process that dies at its step with that number: nothing after it happens. */
class Life {
  readonly died = new AbortController();
  #stepsLeft: number;
  constructor(steps = Infinity) {
    this.#stepsLeft = steps;
  }
  survive(): void {
    this.#stepsLeft = Infinity;
  }

  async step(): Promise<void> {
    this.#stepsLeft -= 1;
    if (this.#stepsLeft < 0) this.died.abort();
    if (this.died.signal.aborted) await new Promise(() => undefined);
  }
}

const says = (customer: SimulatedCustomer, text: string) =>
  void telegram.customerSays(customer, text).catch(() => undefined);
const pending = async () => {
  const { result } = await call(telegram, "getWebhookInfo");
  return (result as { pending_update_count: number }).pending_update_count;
};
const arrived = () => receiver.bodies<{ message: { chat: { id: number }; text: string } }>();
const textsOf = ({ id }: SimulatedCustomer) =>
  arrived().flatMap(({ message }) => (message.chat.id === id ? [message.text] : []));
/** Each text once, where it arrived first. */
const firstTextsOf = (customer: SimulatedCustomer) => [...new Set(textsOf(customer))];

/** The poller and the delivery of one run. An event has ended when the webhook has answered 2xx to it. */
async function startPolling(
  life = new Life(),
  { hasEnded = async () => true, sleeps = [] as number[] } = {},
) {
  await rm(join(folder, "run.pid"), { force: true });
  const journal = await Journal.open(folder);
  const stopping = new AbortController();
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const delivery = new Delivery({
    botId: "777000",
    journal: {
      left: () => journal.left(),
      async end(id) {
        await life.step();
        await journal.end(id);
        await life.step();
      },
    },
    webhook: { url: `${receiver.url}/telegram`, secretToken: "s3cret" },
    async hasEnded() {
      await life.step();
      return hasEnded();
    },
    onReply: async () => undefined,
    say,
    backoff: { firstMillis: 5, mostMillis: 20 },
    lookMillis: 5,
  });
  life.died.signal.addEventListener("abort", () => void delivery.close());
  for (const update of journal.left()) delivery.take(update);
  const api = botApi({ apiRoot: telegram.root, token: () => botToken, timeoutSeconds: 70 });
  const getUpdates = api.getUpdates.bind(api) as unknown as GetUpdates;
  const polling = poll({
    async getUpdates(request, signal) {
      await life.step();
      const updates = await getUpdates(request, signal);
      await life.step();
      return updates;
    },
    journal: {
      async confirmAllBut(unconfirmed) {
        await journal.confirmAllBut(unconfirmed);
        await life.step();
      },
      async add(updates) {
        const added: Update[] = [];
        for (const update of updates) {
          added.push(...(await journal.add([update])));
          await life.step();
        }
        return added;
      },
    },
    take: delivery.take,
    say,
    findWebhook: async () => {
      const { result } = await call(telegram, "getWebhookInfo");
      return (result as { url: string }).url;
    },
    pollSeconds: 1,
    signal: stopping.signal,
    sleep: async (millis) => void sleeps.push(millis),
  });
  return {
    journal,
    said,
    polling,
    async stop() {
      stopping.abort();
      await polling;
      await delivery.close();
      await journal.close();
    },
    async hasAll(count: number) {
      await eventually(() => arrived().length >= count && journal.left().length === 0);
    },
  };
}

const conversation = () => {
  for (const number of [1, 2, 3]) {
    says(ann, `ann ${number}`);
    says(bob, `bob ${number}`);
  }
};
const whole = (name: string) => [1, 2, 3].map((number) => `${name} ${number}`);

describe("a run that takes a real bot's updates", () => {
  test("gives them to the webhook as Telegram does, and leaves none at Telegram or in the journal", async () => {
    conversation();

    const run = await startPolling();
    await run.hasAll(6);
    await run.stop();

    expect([textsOf(ann), textsOf(bob)]).toEqual([whole("ann"), whole("bob")]);
    expect(receiver.received[0]).toMatchObject({
      url: "/telegram",
      headers: { "x-telegram-bot-api-secret-token": "s3cret", "content-type": "application/json" },
    });
    expect(await pending()).toBe(0);
  });

  test("that dies at any step loses nothing and keeps each chat's order, with the run after it", async () => {
    let steps = 0;
    for (; ; steps += 1) {
      receiver.received.length = 0;
      conversation();
      const life = new Life(steps);
      const dying = await startPolling(life);
      const isThrough = () => arrived().length >= 6 && dying.journal.left().length === 0;
      await eventually(() => life.died.signal.aborted || isThrough());
      if (!life.died.signal.aborted) {
        life.survive();
        await dying.stop();
        break;
      }

      const next = await startPolling();
      await eventually(() => firstTextsOf(ann).length === 3 && firstTextsOf(bob).length === 3);
      await next.hasAll(6);
      await next.stop();

      expect({ steps, ann: firstTextsOf(ann), bob: firstTextsOf(bob) }).toEqual({
        steps,
        ann: whole("ann"),
        bob: whole("bob"),
      });
      expect(await pending()).toBe(0);
    }
    // Ask, answer, confirm, six times keep, ask again: fewer steps would mean that no step was tried.
    expect(steps).toBeGreaterThan(12);
  });

  test("holds the later updates of a chat behind a refused one, and no other chat", async () => {
    receiver.answerNext(500);
    says(ann, "ann 1");
    says(ann, "ann 2");
    says(bob, "bob 1");

    const run = await startPolling();
    await run.hasAll(4);
    await run.stop();

    expect(textsOf(ann)).toEqual(["ann 1", "ann 1", "ann 2"]);
    expect(textsOf(bob)).toEqual(["bob 1"]);
    expect(run.said).toEqual([
      `tg-777000-${ann.id}: the webhook answered 500, and gets the update again.`,
    ]);
  });

  test("keeps an update whose event has not ended, and the next run brings it first", async () => {
    says(ann, "ann 1");
    const first = await startPolling(new Life(), { hasEnded: async () => false });
    await eventually(() => arrived().length === 1);
    await first.stop();
    says(ann, "ann 2");

    const next = await startPolling();
    await next.hasAll(3);
    await next.stop();

    expect(textsOf(ann)).toEqual(["ann 1", "ann 1", "ann 2"]);
  });

  test("confirms at its end what it has kept, so that no other reader gets it", async () => {
    const run = await startPolling(new Life(), { hasEnded: async () => false });
    says(ann, "ann 1");
    await eventually(() => run.journal.left().length === 1);
    await run.stop();

    expect(await pending()).toBe(0);
  });

  test("takes an update once when Telegram's answers get lost", async () => {
    telegram.faults.add({ match: "getUpdates", loseAnswer: true, times: 3 });
    conversation();

    const run = await startPolling();
    await run.hasAll(6);
    await run.stop();

    expect(textsOf(ann)).toEqual(whole("ann"));
    expect(run.said).toEqual([
      "Telegram cannot be reached. The run repeats the call until Telegram answers.",
      "Telegram answers again.",
    ]);
  });

  test("waits as long as Telegram says, and longer after each failure", async () => {
    const tooMany = { ok: false, error_code: 429, description: "Too Many Requests: retry after 7" };
    const body = { ...tooMany, parameters: { retry_after: 7 } };
    telegram.faults.add({ match: "getUpdates", status: 429, body });
    telegram.faults.add({ match: "getUpdates", status: 502, times: 2 });
    const sleeps: number[] = [];
    says(ann, "ann 1");

    const run = await startPolling(new Life(), { sleeps });
    await run.hasAll(1);
    await run.stop();

    expect(sleeps).toEqual([7000, 2000, 4000]);
  });

  test.each([
    { status: 401, sentence: "Telegram does not accept the bot's token any more." },
    {
      status: 409,
      sentence:
        "Another program reads this bot's updates by getUpdates: stop that program, then start this run again.",
    },
  ])("ends with a sentence when Telegram keeps answering $status", async ({ status, sentence }) => {
    telegram.faults.add({ match: "getUpdates", status, times: 9 });

    const run = await startPolling();

    expect(await run.polling).toBe(sentence);
    await run.stop();
  });

  test("goes on after one call of another program", async () => {
    telegram.faults.add({ match: "getUpdates", status: 409 });
    says(ann, "ann 1");

    const run = await startPolling();
    await run.hasAll(1);
    await run.stop();

    expect(textsOf(ann)).toEqual(["ann 1"]);
  });

  test("ends with a sentence when another program sets a webhook", async () => {
    const run = await startPolling();
    telegram.setWebhook("https://old.example/hook", "");

    expect(await run.polling).toBe(
      "Another program has set a webhook for this bot: https://old.example/hook.",
    );
    await run.stop();
  });
});

test("a journal that cannot be written ends the polling before anything is confirmed", async () => {
  says(ann, "ann 1");
  const api = botApi({ apiRoot: telegram.root, token: () => botToken, timeoutSeconds: 70 });

  const why = await poll({
    getUpdates: api.getUpdates.bind(api) as unknown as GetUpdates,
    journal: {
      confirmAllBut: async () => undefined,
      add: async () => {
        throw Object.assign(new Error("no space"), { code: "ENOSPC" });
      },
    },
    take: () => undefined,
    say: () => undefined,
    findWebhook: async () => "",
    pollSeconds: 1,
    signal: new AbortController().signal,
    sleep: async () => undefined,
  });

  expect(why).toContain("The journal cannot be written (ENOSPC)");
  expect(await pending()).toBe(1);
});

import { describe, expect, test } from "@jest/globals";
import { findLostHooks } from "../../../cli/amocrm/find-lost-hooks.ts";
import type { ReconcilerPorts } from "../../../lambdas/compose/caretaker-rounds.ts";
import { fixedSecret } from "../../../lambdas/model/runtime.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";
import { readChannel } from "../../../cli/amocrm/connection.ts";
import { readSince } from "../../../cli/commands/reconcile.ts";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import type { Envelope } from "../../../lambdas/model/envelope.ts";
import { activeChats } from "../../support/active-conversations.ts";
import { aPacking } from "../../support/packing.ts";
import { aStage, failureOf, FakeSecrets } from "./support.ts";

const minute = 60_000;
const nowMillis = 1_700_000_000_000;
const conversation = { conversationId: "tg-1-61", amojoChatId: "chat" };
const channel = {
  scopeId: "channel_account",
  connectedAtMillis: 0,
  channelId: "channel",
  current: "secret",
};

function aWorld(sentMinutesAgo: readonly number[]) {
  const enqueued: Envelope[] = [];
  const known = new Set<string>();
  const messages = sentMinutesAgo.map((ago, index) => ({
    amocrmMessageId: `m${index}`,
    msgid: undefined,
    sentAtMillis: nowMillis - ago * minute,
    hook: "{}",
  }));
  const { active, conversations } = activeChats([conversation], nowMillis);
  const ports: ReconcilerPorts = {
    channel: fixedSecret(channel),
    history: { page: async (_chat, number) => (number === 0 ? messages : []) },
    stores: {
      active,
      conversations: { ...conversations, update: async () => undefined },
      ledger: {
        deliveryState: async (id) => (known.has(id) ? "found" : undefined),
        stateOf: async () => undefined,
        stepsOf: async () => [],
        rememberFound: async (id) => void known.add(id),
      },
    },
    bodies: aPacking().bodies,
    toTelegram: { put: async (envelope) => void enqueued.push(envelope) },
    now: () => nowMillis,
    logger: aRecordingLogger(),
  };
  const run = (since = 120 * minute, differing: Partial<typeof channel> = {}) =>
    findLostHooks(nowMillis - since, {
      ...ports,
      channel: fixedSecret({ ...channel, ...differing }),
    });
  return { enqueued, ports, run };
}

describe("searching for lost hooks", () => {
  test("enqueues an unknown message once, under the id of its hook", async () => {
    const { enqueued, run } = aWorld([4]);

    expect(await run()).toMatchObject({ chats: 1, found: 1, notRead: [], stopped: [] });
    expect(await run()).toMatchObject({ chats: 1, found: 0 });
    expect(enqueued).toHaveLength(1);
    expect(enqueued[0]).toMatchObject({
      id: "amo:channel_account:m0",
      group: "tg-1-61",
      late: "reconciled",
    });
  });

  test.each([
    { name: "younger than three minutes", ago: 2, connectedAgo: 1000 },
    { name: "older than the window", ago: 130, connectedAgo: 1000 },
    { name: "older than the connection", ago: 10, connectedAgo: 5 },
  ])("skips a message that is $name", async ({ ago, connectedAgo }) => {
    const { run } = aWorld([ago]);

    const report = await run(undefined, { connectedAtMillis: nowMillis - connectedAgo * minute });

    expect(report.found).toBe(0);
  });

  test("reports chats that it could not read, and chats with too many lost messages", async () => {
    const unreadable = aWorld([4]);
    const history = {
      page: async () => {
        throw new TransientFailure("HTTP 503");
      },
    };
    const { ports } = unreadable;

    const report = await findLostHooks(0, { ...ports, history });

    expect(report.notRead).toEqual([{ conversationId: "tg-1-61", reason: "HTTP 503" }]);
    const many = aWorld(Array.from({ length: 21 }, () => 4));
    expect(await many.run()).toMatchObject({ found: 0, stopped: ["tg-1-61"] });
  });
});

test.each([
  { text: "90m", millis: 90 * minute },
  { text: "2h", millis: 120 * minute },
  { text: "7d", millis: 7 * 24 * 60 * minute },
])("--since $text", ({ text, millis }) => {
  expect(readSince(text)).toBe(millis);
});

test.each(["", "2", "0h", "8d", "169h", "2 h", "-1h", "1w", "2H"])(
  "--since %p is wrong usage",
  (text) => {
    expect(() => readSince(text)).toThrow("7d at most");
  },
);

test("a channel that is not connected is a failure with the command that connects it", async () => {
  const secrets = new FakeSecrets({ "amocrm-channel": { channelId: "c", current: "s" } });

  expect(await failureOf(readChannel(aStage(), secrets))).toBe(
    "CommandFailure: the channel is not connected yet: connect it with npx bridge connect --stage dev --bridge main",
  );
});

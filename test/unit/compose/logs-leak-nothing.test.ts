import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { MemoryConversationStore, MemoryFailedAttempts } from "../../support/memory/stores.ts";
import { MemoryDeliveryLedger } from "../../support/memory/ledger.ts";
import { createActivity } from "../../../lambdas/delivery/activity.ts";
import { createAvatarOf } from "../../../lambdas/conversation/avatar.ts";
import { createRouter } from "../../../lambdas/routing/route-event.ts";
import { createStatusReport } from "../../../lambdas/delivery/status-report.ts";
import { createDeliverySender } from "../../../lambdas/delivery/sqs-batch.ts";
import { createTelegramWebhook } from "../../../lambdas/ingest/telegram-webhook.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { anAmocrmWebhook } from "../../support/amocrm-webhook.ts";
import { answerOf } from "../../support/answers.ts";
import { aTelegramUpdate, anAmocrmHook } from "../../support/bodies.ts";
import { anEnvelope, botId, encoded, scopeId } from "../../support/events.ts";
import { aFakeContacts } from "../../support/fake-contacts.ts";
import { aFakeCrm } from "../../support/fake-crm.ts";
import { aFakeMediaStore, aFile, fakeFiles } from "../../support/fake-files.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";
import { aFakeQueue } from "../../support/fake-queue.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";
import { routingDependencies } from "../../support/routing-dependencies.ts";
import { aContext, anHttpEvent, anSqsEvent } from "../../support/lambda-events.ts";
import { aPacking } from "../../support/packing.ts";
import { anOpener } from "../../support/open-conversation.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";
import { sharedMemory } from "../../support/shared-memory.ts";

/** A word that no log line has otherwise. */
const canaries = fc.stringMatching(/^[A-Za-zА-Яа-я]{8,20}$/).map((word) => `canary-${word}`);

/** Too large for a queue message, even compressed. */
const noise = randomBytes(300_000).toString("base64");

/** A number that a customer shares, and that the bridge searches for in the CRM. */
const number = "79161234567";

/** Bodies with the canary in every text, name, number and address of a person. */
const updatesWith = (canary: string) => {
  const from = { id: 42, first_name: canary, last_name: canary, username: canary };
  return [
    aTelegramUpdate({ text: canary, from }),
    aTelegramUpdate({ text: `/start ${canary}`, from }),
    aTelegramUpdate({ text: undefined, photo: [{ file_id: canary }], caption: canary, from }),
    aTelegramUpdate({ text: undefined, contact: { phone_number: canary } }),
    aTelegramUpdate({ text: undefined, contact: { phone_number: number, user_id: 42 }, from }),
    aTelegramUpdate({ text: [canary], from }),
    { update_id: 1, edited_message: aTelegramUpdate({ text: canary }).message },
    { update_id: 1, hologram: { words: canary } },
    { update_id: canary, message: canary },
    canary,
    `{"broken": "${canary}`,
  ];
};
const hooksWith = (canary: string) => [
  anAmocrmHook({ text: canary }),
  anAmocrmHook({ text: "", type: canary }),
  anAmocrmHook({ type: "picture", text: canary, media: `https://example.com/${canary}` }),
  anAmocrmHook({ text: [canary] }),
  anAmocrmHook({ text: canary }, { conversation: { id: "c1" }, receiver: { phone: canary } }),
  { ...anAmocrmHook({ text: canary }), account_id: canary },
  { receiver: "r", type: "text", text: canary },
  { action: { typing: { user: { name: canary } } } },
  { message: canary },
  canary,
];
const asText = (body: unknown) => (typeof body === "string" ? body : JSON.stringify(body));

/** Failures outside of the bridge, with the canary in every foreign error. */
const troubles = (canary: string) => [
  undefined,
  new Error(canary),
  Object.assign(new TypeError("fetch failed", { cause: canary }), { url: canary }),
  new TransientFailure("amoCRM answered 500", { cause: new Error(canary) }),
  new PermanentFailure("blocked", "Telegram answered 403", { cause: new Error(canary) }),
];

const sendThrough = async (envelope: string, queue: string, trouble: Error | undefined) => {
  const logger = aRecordingLogger();
  const now = () => 1_700_000_000_000;
  const steps = trouble === undefined ? {} : ({ sends: [trouble], statuses: [trouble] } as const);
  const crm = aFakeCrm(steps);
  const messenger = aFakeMessenger(trouble === undefined ? {} : { sends: [trouble] });
  const contacts = aFakeContacts(trouble === undefined ? {} : { links: [trouble] });
  const conversations = new MemoryConversationStore();
  const toAmocrm = aFakeQueue({
    refusals: trouble === undefined ? 0 : 1,
    error: trouble ?? new Error(),
  });
  const files = fakeFiles(trouble ?? aFile("bytes"));
  files.photo = "photo-1";
  const media = { files, operatorFiles: files, mediaStore: aFakeMediaStore() };
  const avatarOf = createAvatarOf({ ...media, now, logger });
  const { openConversation } = anOpener({ crm, contacts, conversations, avatarOf, now, logger });
  const routing = routingDependencies({
    crm,
    messenger,
    logger,
    ...media,
    askPhone: "at-start",
    openConversation,
  });
  const { carryOut, probe, settings } = routing;
  const invitationFor = async () => undefined;
  const sender = createDeliverySender({
    stores: {
      ledger: new MemoryDeliveryLedger(),
      conversations,
      bodies: aPacking().bodies,
      activity: createActivity(),
      pauses: sharedMemory(now).pauses,
      failedAttempts: new MemoryFailedAttempts(),
    },
    actions: {
      mayReadStale: ({ direction }) => direction === "to-amocrm",
      route: createRouter(routing),
      carryOut,
      probe,
      reportOutcome: createStatusReport({ crm, toAmocrm, settings, now, logger, invitationFor }),
    },
    queues: {
      redelivery: { after: async () => undefined },
      names: { "to-amocrm": "to-amocrm.fifo", "to-telegram": "to-telegram.fifo" },
    },
    throttle: { end: async () => undefined },
    now,
    random: () => 0.5,
    logger,
    leaseMillis: 65_000,
  });
  const run = sender as unknown as (event: unknown, context: unknown) => Promise<unknown>;
  await run(anSqsEvent(envelope, { queue }), aContext("request-1", 90_000));
  return logger;
};

describe("no log line contains a person's text", () => {
  test("at the Telegram webhook, for an accepted, refused or lost update", async () => {
    await fc.assert(
      fc.asyncProperty(canaries, fc.boolean(), fc.boolean(), async (canary, authentic, full) => {
        const logger = aRecordingLogger();
        const webhook = createTelegramWebhook({
          botId,
          ...aPacking(),
          bodies: { put: () => Promise.reject(new Error(canary)) },
          secret: aFakeSecret({ current: `token-${canary}` }),
          toAmocrm: aFakeQueue({ refusals: full ? 99 : 0, error: new Error(canary) }),
          now: () => 1_700_000_000_000,
          logger,
        });
        const token = authentic ? `token-${canary}` : canary;
        const headers = { "x-telegram-bot-api-secret-token": token };

        for (const update of [...updatesWith(canary), aTelegramUpdate({ text: canary, noise })]) {
          await answerOf(webhook, anHttpEvent({ body: asText(update), headers }));
        }

        expect(logger.lines.length).toBeGreaterThan(0);
        expect(logger.text()).not.toContain(canary);
      }),
      { numRuns: 25 },
    );
  });

  test("at the amoCRM webhook, for an accepted, refused, spooled or lost hook", async () => {
    const refusals = fc.constantFrom(0, 999);
    await fc.assert(
      fc.asyncProperty(
        canaries,
        fc.boolean(),
        refusals,
        refusals,
        async (canary, authentic, queue, spool) => {
          const error = new Error(canary);
          const { post, logger } = anAmocrmWebhook({
            toTelegram: aFakeQueue({ refusals: queue, error }),
            spool: aFakeQueue({ refusals: spool, error }),
          });

          for (const hook of hooksWith(canary)) {
            const body = asText(hook);
            await post(authentic ? { body } : { body, signature: canary });
            await post({ body, scopeId: canary });
          }

          expect(logger.lines.length).toBeGreaterThan(0);
          expect(logger.text()).not.toContain(canary);
        },
      ),
      { numRuns: 25 },
    );
  });

  test("in the sender, for any event and any failure", async () => {
    await fc.assert(
      fc.asyncProperty(canaries, fc.nat(4), async (canary, which) => {
        const trouble = troubles(canary)[which];
        const toAmocrm = updatesWith(canary).map((body) => anEnvelope({ body: encoded(body) }));
        const toTelegram = hooksWith(canary).map((body) =>
          anEnvelope({ source: "amocrm", scopeId, body: encoded(body) }),
        );
        const reports = [anEnvelope({ source: "bridge", body: encoded({ kind: canary }) })];

        const through = (queue: string) => (one: object) =>
          sendThrough(JSON.stringify(one), queue, trouble);
        const loggers = await Promise.all([
          ...[...toAmocrm, ...reports].map(through("to-amocrm.fifo")),
          ...toTelegram.map(through("to-telegram.fifo")),
          through("to-telegram.fifo")({ v: 2, body: canary }),
        ]);

        for (const logger of loggers) {
          expect(logger.lines.length).toBeGreaterThan(0);
          expect(logger.text()).not.toContain(canary);
          expect(logger.text()).not.toContain(number);
        }
      }),
      { numRuns: 25 },
    );
  });
});

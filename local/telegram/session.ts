import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { countIn } from "../../cli/aws/read-queues.ts";
import { printableAddress } from "../../cli/output.ts";
import { DynamoTable, textIn } from "../../lambdas/aws/table.ts";
import { parseObject } from "../../lambdas/http/untrusted.ts";
import { botApi } from "../../lambdas/telegram/send/client.ts";
import type { Run } from "../run.ts";
import { Delivery } from "./deliver.ts";
import type { Left } from "./deliver.ts";
import { Journal } from "./journal.ts";
import { apiOf, isKept, takeWebhook } from "./kept-bot.ts";
import { poll } from "./poll.ts";
import type { GetUpdates, PollOptions } from "./poll.ts";
import type { ChosenBot } from "./own-bot.ts";

/** Telegram keeps a call open for at most 50 s. */
const pollSeconds = 50;
const sayEveryMillis = 5000;
const ends = new Set(["sent", "ignored", "parked"]);

/** A run's work with a real bot. */
export type Session = {
  /** Settles with a sentence when the run cannot go on taking updates. */
  readonly ended: Promise<string>;
  /** Takes no more updates, waits up to that time until all have ended, and says what is left. */
  close(drainMillis: number): Promise<void>;
};

/**
 * Takes the bot's updates for a run: first those that an earlier run has left in the journal, then
 * Telegram's. Only now the webhook of another program is taken away, because the run is ready.
 */
export async function openSession(
  own: ChosenBot,
  { host }: Pick<Run, "host">,
  say: (line: string) => void,
  options: Partial<Pick<PollOptions, "pollSeconds" | "sleep">> = {},
): Promise<Session> {
  const journal = await Journal.open(own.folder);
  try {
    const taken = await takeWebhook(own, Date.now);
    if (taken !== "") {
      say(`@${own.username} is taken over from ${printableAddress(taken)}, which is stored.`);
    }
  } catch (error) {
    await journal.close();
    throw error;
  }
  const aws = {
    endpoint: host.awsEndpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "laptop", secretAccessKey: "laptop" },
  };
  const dynamo = new DynamoDBClient(aws);
  const sqs = new SQSClient(aws);
  const ledger = new DynamoTable(dynamo, host.outputs["DeliveriesTable"] ?? "", "id");
  const api = botApi({ apiRoot: own.apiRoot, token: () => own.token, timeoutSeconds: 70 });
  const delivery = new Delivery({
    botId: own.botId,
    journal,
    webhook: {
      url: `${host.url}/telegram`,
      secretToken: own.environment["TELEGRAM_WEBHOOK_SECRET"] ?? "",
    },
    hasEnded: async (eventId) => ends.has(textIn((await ledger.get(eventId))?.["state"])),
    onReply: async (json) => {
      const { method, callback_query_id: id } = parseObject(Buffer.from(json)) ?? {};
      // The only method that the webhook answers with. Telegram, too, reports no failure of it.
      if (method !== "answerCallbackQuery" || typeof id !== "string") return;
      await api.answerCallbackQuery(id).catch(() => undefined);
    },
    say,
  });
  const replayed = journal.left();
  if (replayed.length > 0) {
    say(`${replayed.length} updates of an earlier run come first: ${wordsOf(delivery.left())}.`);
  }
  for (const update of replayed) delivery.take(update);

  const stopping = new AbortController();
  const polling = poll({
    getUpdates: api.getUpdates.bind(api) as unknown as GetUpdates,
    journal,
    take: delivery.take,
    say,
    findWebhook: async () => {
      const info = await apiOf(own).call((it) => it.getWebhookInfo());
      return printableAddress(info.url ?? "");
    },
    pollSeconds,
    signal: stopping.signal,
    sleep: (millis, signal) => sleep(millis, undefined, { signal }),
    ...options,
  });
  const countAnswers = async () => {
    const counts = await countIn(sqs, host.outputs["ToTelegramQueueUrl"] ?? "");
    return counts.visible + counts.inFlight + counts.delayed;
  };
  return {
    ended: polling.then((why) => why ?? new Promise<string>(() => undefined)),
    async close(drainMillis) {
      stopping.abort();
      await polling;
      const answers = await drain({ delivery, countAnswers, drainMillis, say });
      await delivery.close();
      const left = delivery.left();
      await journal.close();
      dynamo.destroy();
      sqs.destroy();
      if (await isKept(own)) {
        say(
          `@${own.username} has no webhook now. The next npm start or npx bridge webhook restore gives the former one back.`,
        );
      }
      if (left.length > 0) {
        say(
          `Left in the journal: ${wordsOf(left)}. The next npm start -- --telegram with this bot delivers them.`,
        );
      }
      if (answers > 0) {
        say(`${answers} messages of the simulated desk were not sent, and are lost with the run.`);
      }
    },
  };
}

/** Waits until everything has ended. Answers how many messages to Telegram are left. */
async function drain({
  delivery,
  countAnswers,
  drainMillis,
  say,
}: {
  readonly delivery: Pick<Delivery, "left">;
  readonly countAnswers: () => Promise<number>;
  readonly drainMillis: number;
  readonly say: (line: string) => void;
}): Promise<number> {
  const until = Date.now() + drainMillis;
  let saidAtMillis = Number.NEGATIVE_INFINITY;
  for (;;) {
    const left = delivery.left();
    const answers = await countAnswers();
    if ((left.length === 0 && answers === 0) || Date.now() >= until) return answers;
    if (Date.now() - saidAtMillis >= sayEveryMillis) {
      saidAtMillis = Date.now();
      const seconds = Math.ceil((until - Date.now()) / 1000);
      const parts = [...(left.length > 0 ? [wordsOf(left)] : []), `${answers} to Telegram`];
      say(`Waiting up to ${seconds} s for what is on its way: ${parts.join("; ")}.`);
    }
    await sleep(200);
  }
}

/** The chats by their ids alone: a name or a text may not reach the log. */
function wordsOf(left: readonly Left[]): string {
  const shown = left
    .slice(0, 10)
    .map(({ conversationId, count }) => `${conversationId} (${count})`);
  const more = left.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more chats`] : [])].join(", ");
}

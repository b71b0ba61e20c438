import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import { readEnvelope } from "../../lambdas/model/envelope.ts";
import type { Direction, Envelope } from "../../lambdas/model/envelope.ts";
import { textIn } from "../../lambdas/aws/table.ts";
import type { Plain } from "../../lambdas/aws/table.ts";
import { expiryOf } from "../../lambdas/aws/ledger.ts";
import { parkedKeyOf } from "../../lambdas/delivery/record-failure.ts";
import type { Stage } from "../stage/stage.ts";
import { failedTo, awsFailure } from "./failures.ts";
import { countIn } from "./read-queues.ts";
import { forBoth, openStores, queueUrls } from "./stores.ts";

const holdSeconds = 30;
const batchSize = 10;

/** All places of a stage that can hold an event for a person. */
export type Sources = ReturnType<typeof openSources>;

/** Opens them. It makes no call. */
export function openSources(stage: Stage) {
  const { sqs: client } = openStores(stage);
  const urls = queueUrls(stage);
  return {
    stage,
    deliveries: openDeliveries(stage),
    deadLetters: openDeadLetters(client, urls),
    /** Puts a redriven event into the queue that the sender reads. Each redrive has its own number. */
    put: async (direction: Direction, envelope: Envelope & { readonly redrive: number }) => {
      const command = new SendMessageCommand({
        QueueUrl: urls[direction].queue,
        MessageBody: JSON.stringify(envelope),
        MessageGroupId: envelope.group,
        MessageDeduplicationId: `${envelope.id}#r${envelope.redrive}`,
      });
      await client.send(command).catch(failedTo(`put ${envelope.id} into the queue ${direction}`));
    },
  };
}

/** A message of a dead-letter queue, held for a short time. */
export type DeadLetter = ReturnType<typeof letterOf>;

function openDeadLetters(client: SQSClient, urls: ReturnType<typeof queueUrls>) {
  return {
    /**
     * Holds every message it can see, for half a minute. `hidden` is the approximate number of messages behind
     * them: a queue shows messages of a chat only from its front.
     */
    async read(): Promise<{ readonly letters: readonly DeadLetter[]; readonly hidden: number }> {
      const { "to-amocrm": toAmocrm, "to-telegram": toTelegram } = await forBoth((direction) =>
        readLetters(client, urls[direction].dead, direction),
      ).catch(failedTo("read the dead-letter queues"));
      return {
        letters: [...toAmocrm.letters, ...toTelegram.letters],
        hidden: toAmocrm.hidden + toTelegram.hidden,
      };
    },
    async remove({ direction, receiptHandle }: DeadLetter): Promise<void> {
      const QueueUrl = urls[direction].dead;
      await client
        .send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receiptHandle }))
        .catch(failedTo("delete from the dead-letter queue"));
    },
    /** Releases messages, so that the next reader sees them at once. */
    async release(letters: readonly DeadLetter[]): Promise<void> {
      await forBoth(async (direction) => {
        const own = letters.filter((letter) => letter.direction === direction);
        for (let start = 0; start < own.length; start += batchSize) {
          const Entries = own.slice(start, start + batchSize).map(({ receiptHandle }, index) => ({
            Id: String(index),
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: 0,
          }));
          const QueueUrl = urls[direction].dead;
          const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries });
          // A message that is not released now becomes visible again after half a minute.
          await client.send(command).catch(() => undefined);
        }
      });
    },
  };
}

async function readLetters(client: SQSClient, QueueUrl: string, direction: Direction) {
  const { visible, inFlight } = await countIn(client, QueueUrl);
  const seen = new Map<string, DeadLetter>();
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: batchSize,
        VisibilityTimeout: holdSeconds,
        // Long polling asks all of the queue's servers. Without it some messages may stay unseen.
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ["MessageDeduplicationId", "SentTimestamp"],
      }),
    );
    const fresh = Messages.filter(({ MessageId = "" }) => !seen.has(MessageId));
    for (const message of fresh) seen.set(message.MessageId ?? "", letterOf(message, direction));
    // The queue has shown all it can: it gave nothing, or only messages from half a minute ago.
    if (fresh.length === 0) break;
  }
  return { letters: [...seen.values()], hidden: Math.max(0, visible + inFlight - seen.size) };
}

function letterOf(message: Message, direction: Direction) {
  const { Attributes = {}, Body = "", MessageId = "", ReceiptHandle = "" } = message;
  const envelope = readEnvelope(Body);
  return {
    /** The id of the sender's claim. For a message that cannot be read, the queue's own id. */
    id: envelope?.id ?? Attributes.MessageDeduplicationId ?? MessageId,
    direction,
    envelope,
    receivedAtMillis: envelope?.receivedAtMillis ?? Number(Attributes.SentTimestamp ?? 0),
    receiptHandle: ReceiptHandle,
  };
}

const reading = "read the deliveries table";

/** The ledger and the spool in the stage's deliveries table. */
export type Deliveries = ReturnType<typeof openDeliveries>;

export function openDeliveries(stage: Stage, now: () => number = Date.now) {
  const { deliveries: table, bodies } = openStores(stage);
  return {
    /** The parked or spooled events now, oldest first. */
    async *setAside(state: "parked" | "spooled"): AsyncGenerator<Delivery> {
      const place = { index: "parked", key: "parkedAs", value: state };
      try {
        for await (const item of table.query(place)) {
          const delivery = deliveryOf(item);
          // A redriven event stays in the index until its delivery has ended.
          if (delivery.state === state) yield delivery;
        }
      } catch (error) {
        throw awsFailure(error, reading);
      }
    },
    /** The item as it is at this moment. Undefined also when the ledger has forgotten it. */
    async find(id: string): Promise<Delivery | undefined> {
      const item = await table.get(id).catch(failedTo(reading));
      if (item === undefined) return undefined;
      const expiresAt = numberIn(item, "expiresAt");
      // DynamoDB has not removed this expired item yet. The ledger itself treats it as absent.
      return expiresAt > 0 && expiresAt * 1000 <= now() ? undefined : deliveryOf(item);
    },
    /**
     * Marks an event as discarded, in one conditional write. It accepts a parked event, and with
     * `isDeadLetter` also an event that no attempt holds. False when the event is in another state.
     */
    async discard(id: string, { isDeadLetter }: { isDeadLetter: boolean }): Promise<boolean> {
      const nowMillis = now();
      const noAttemptHolds =
        "attribute_not_exists(#id) OR #state = :parked OR #state = :waiting OR (#state = :sending AND #leaseUntilMillis <= :nowMillis)";
      return await table
        .update(id, {
          set: {
            state: "ignored",
            reason: "discarded",
            endedAtMillis: nowMillis,
            expiresAt: expiryOf(nowMillis),
          },
          remove: ["parkedAs", "message"],
          condition: isDeadLetter ? noAttemptHolds : "#state = :parked",
          where: isDeadLetter
            ? { parked: "parked", waiting: "waiting", sending: "sending", nowMillis }
            : { parked: "parked" },
        })
        .catch(failedTo("write the deliveries table"));
    },
    /** Removes the stored body of a parked event. Does nothing when there is none. */
    forgetBody: (id: string): Promise<void> =>
      bodies.remove(parkedKeyOf(id)).catch(failedTo("remove a body from its bucket")),
  };
}

/** An item of the deliveries table, as far as every version writes it. */
export type Delivery = ReturnType<typeof deliveryOf>;

export function deliveryOf(item: Readonly<Record<string, Plain>>) {
  const direction = textIn(item["direction"]);
  const isKnown = direction === "to-amocrm" || direction === "to-telegram";
  return {
    id: textIn(item["id"]),
    state: textIn(item["state"]),
    /** Undefined when only another version can read the event. */
    direction: isKnown ? (direction as Direction) : undefined,
    reason: textIn(item["reason"]),
    receivedAtMillis: numberIn(item, "receivedAtMillis"),
    redrives: numberIn(item, "redrive"),
    /** The queue's message, while the event is parked or spooled. */
    message: textIn(item["message"]),
  };
}

function numberIn(item: Readonly<Record<string, Plain>>, field: string): number {
  const value = item[field];
  return typeof value === "number" ? value : 0;
}

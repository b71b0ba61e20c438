import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import { readEnvelope } from "../../lambdas/model/envelope.ts";
import type { Direction } from "../../lambdas/model/envelope.ts";
import { textIn } from "../../lambdas/aws/table.ts";
import type { Plain } from "../../lambdas/aws/table.ts";
import { expiryOf } from "../../lambdas/aws/ledger.ts";
import { parkedKeyOf } from "../../lambdas/delivery/record-failure.ts";
import type {
  DeadLetter,
  DeadLetters,
  SourceQueues,
  Sources,
  Deliveries,
  Delivery,
} from "../parked/parked.ts";
import type { Stage } from "../stage/stage.ts";
import { failedTo, awsFailure } from "./failures.ts";
import { countIn } from "./read-queues.ts";
import { openStores } from "./stores.ts";

const holdSeconds = 30;
const batchSize = 10;

type Urls = Readonly<Record<Direction, string>>;

/** The places of a stage where events wait for a person. Opening them makes no call. */
export function openSources(stage: Stage): Sources {
  const { sqs: client } = openStores(stage);
  const { outputs } = stage;
  return {
    stage,
    deliveries: openDeliveries(stage),
    deadLetters: openDeadLetters(client, {
      "to-amocrm": outputs.ToAmocrmDeadLetterQueueUrl,
      "to-telegram": outputs.ToTelegramDeadLetterQueueUrl,
    }),
    queues: openQueues(client, {
      "to-amocrm": outputs.ToAmocrmQueueUrl,
      "to-telegram": outputs.ToTelegramQueueUrl,
    }),
  };
}

/** The two queues of a stage, for redriven events. Each redrive has its own number. */
function openQueues(client: SQSClient, urls: Urls): SourceQueues {
  return {
    async put(direction, envelope) {
      const command = new SendMessageCommand({
        QueueUrl: urls[direction],
        MessageBody: JSON.stringify(envelope),
        MessageGroupId: envelope.group,
        MessageDeduplicationId: `${envelope.id}#r${envelope.redrive}`,
      });
      await client.send(command).catch(failedTo(`put ${envelope.id} into the queue ${direction}`));
    },
  };
}

function openDeadLetters(client: SQSClient, urls: Urls): DeadLetters {
  const directions = Object.keys(urls) as Direction[];
  return {
    async read() {
      const readings = await Promise.all(
        directions.map((direction) => readLetters(client, urls[direction], direction)),
      ).catch(failedTo("read the dead-letter queues"));
      return {
        letters: readings.flatMap(({ letters }) => letters),
        hidden: readings.reduce((sum, { hidden }) => sum + hidden, 0),
      };
    },
    async remove({ direction, receiptHandle }) {
      const QueueUrl = urls[direction];
      await client
        .send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receiptHandle }))
        .catch(failedTo("delete from the dead-letter queue"));
    },
    async release(letters) {
      for (const direction of directions) {
        const own = letters.filter((letter) => letter.direction === direction);
        for (let start = 0; start < own.length; start += batchSize) {
          const Entries = own.slice(start, start + batchSize).map(({ receiptHandle }, index) => ({
            Id: String(index),
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: 0,
          }));
          const QueueUrl = urls[direction];
          const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries });
          // A message that is not released now becomes visible again after half a minute.
          await client.send(command).catch(() => undefined);
        }
      }
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

/** Reads a dead letter. Its id is the id of the sender's claim. */
function letterOf(message: Message, direction: Direction): DeadLetter {
  const { Attributes = {}, Body = "", MessageId = "", ReceiptHandle = "" } = message;
  const envelope = readEnvelope(Body);
  return {
    id: envelope?.id ?? Attributes.MessageDeduplicationId ?? MessageId,
    direction,
    envelope,
    receivedAtMillis: envelope?.receivedAtMillis ?? Number(Attributes.SentTimestamp ?? 0),
    receiptHandle: ReceiptHandle,
  };
}

const reading = "read the deliveries table";

/** The ledger and the spool in the stage's deliveries table. */
export function openDeliveries(stage: Stage, now: () => number = Date.now): Deliveries {
  const { deliveries: table, bodies } = openStores(stage);
  return {
    async *setAside(state) {
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
    async find(id) {
      const item = await table.get(id).catch(failedTo(reading));
      if (item === undefined) return undefined;
      const expiresAt = numberIn(item["expiresAt"]);
      // DynamoDB has not removed this expired item yet. The ledger itself treats it as absent.
      return expiresAt > 0 && expiresAt * 1000 <= now() ? undefined : deliveryOf(item);
    },
    async discard(id, { isDeadLetter }) {
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
    forgetBody: (id) =>
      bodies.remove(parkedKeyOf(id)).catch(failedTo("remove a body from its bucket")),
  };
}

function deliveryOf(item: Readonly<Record<string, Plain>>): Delivery {
  const direction = textIn(item["direction"]);
  const isKnown = direction === "to-amocrm" || direction === "to-telegram";
  return {
    id: textIn(item["id"]),
    state: textIn(item["state"]),
    direction: isKnown ? direction : undefined,
    reason: textIn(item["reason"]),
    receivedAtMillis: numberIn(item["receivedAtMillis"]),
    redrives: numberIn(item["redrive"]),
    message: textIn(item["message"]),
  };
}

function numberIn(value: Plain | undefined): number {
  return typeof value === "number" ? value : 0;
}

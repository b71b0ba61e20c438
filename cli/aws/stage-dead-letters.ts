import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { Message } from "@aws-sdk/client-sqs";
import { readEnvelope } from "../../lambdas/model/envelope.ts";
import type { Direction } from "../../lambdas/model/envelope.ts";
import type { DeadLetter, DeadLetterReading, DeadLetters } from "../parked/sources.ts";
import type { Stage } from "../stage/stage.ts";
import { awsFailure } from "./failures.ts";

const holdSeconds = 30;
const batchSize = 10;
const reading = "read the dead-letter queues";

/** Both dead-letter queues of a stage in SQS. */
export class StageDeadLetters implements DeadLetters {
  readonly #client: SQSClient;
  readonly #urls: Readonly<Record<Direction, string>>;

  constructor(stage: Stage) {
    this.#client = new SQSClient(stage.aws);
    this.#urls = {
      "to-amocrm": stage.outputs.ToAmocrmDeadLetterQueueUrl,
      "to-telegram": stage.outputs.ToTelegramDeadLetterQueueUrl,
    };
  }

  async read(): Promise<DeadLetterReading> {
    try {
      const directions = Object.keys(this.#urls) as Direction[];
      const readings = await Promise.all(directions.map((direction) => this.#readOne(direction)));
      return {
        letters: readings.flatMap(({ letters }) => letters),
        hidden: readings.reduce((sum, { hidden }) => sum + hidden, 0),
      };
    } catch (error) {
      throw awsFailure(error, reading);
    }
  }

  async remove({ direction, receiptHandle }: DeadLetter): Promise<void> {
    const QueueUrl = this.#urls[direction];
    const command = new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receiptHandle });
    await this.#client.send(command).catch((error: unknown) => {
      throw awsFailure(error, "delete from the dead-letter queue");
    });
  }

  async release(letters: readonly DeadLetter[]): Promise<void> {
    for (const direction of Object.keys(this.#urls) as Direction[]) {
      const own = letters.filter((letter) => letter.direction === direction);
      for (let start = 0; start < own.length; start += batchSize) {
        const Entries = own.slice(start, start + batchSize).map(({ receiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: 0,
        }));
        const QueueUrl = this.#urls[direction];
        const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries });
        // A message that is not released now becomes visible again after half a minute.
        await this.#client.send(command).catch(() => undefined);
      }
    }
  }

  async #readOne(direction: Direction): Promise<DeadLetterReading> {
    const count = await this.#count(direction);
    const seen = new Map<string, DeadLetter>();
    for (;;) {
      const messages = await this.#receive(direction);
      const fresh = messages.filter(({ MessageId = "" }) => !seen.has(MessageId));
      for (const message of fresh) seen.set(message.MessageId ?? "", letterOf(message, direction));
      // The queue has shown all it can: it gave nothing, or only messages from half a minute ago.
      if (fresh.length === 0) break;
    }
    return { letters: [...seen.values()], hidden: Math.max(0, count - seen.size) };
  }

  /** The approximate number of messages, including those that another reader holds. */
  async #count(direction: Direction): Promise<number> {
    const { Attributes = {} } = await this.#client.send(
      new GetQueueAttributesCommand({
        QueueUrl: this.#urls[direction],
        AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
      }),
    );
    const { ApproximateNumberOfMessages = 0, ApproximateNumberOfMessagesNotVisible = 0 } =
      Attributes;
    return Number(ApproximateNumberOfMessages) + Number(ApproximateNumberOfMessagesNotVisible);
  }

  async #receive(direction: Direction): Promise<readonly Message[]> {
    const { Messages = [] } = await this.#client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#urls[direction],
        MaxNumberOfMessages: batchSize,
        VisibilityTimeout: holdSeconds,
        // Long polling asks all of the queue's servers. Without it some messages may stay unseen.
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ["MessageDeduplicationId", "SentTimestamp"],
      }),
    );
    return Messages;
  }
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

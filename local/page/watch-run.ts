import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { QueueAttributeName } from "@aws-sdk/client-sqs";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import pMap from "p-map";
import { readRecord } from "../../lambdas/aws/ledger.ts";
import { region } from "../host/aws/names.ts";
import type { Run } from "../run.ts";
import type { BreakIt } from "./break-it.ts";
import type { Feed } from "./feed.ts";
import { amocrmRecords, telegramRecords } from "./records.ts";
import type { EventRow } from "./stream.ts";

const lookEveryMillis = 200;
/** A look is followed by a rest of so many times its duration. */
const restPerLook = 5;
const queuesEveryMillis = 1000;
const clockEveryMillis = 5000;

const ofTelegram = ["phone-chat", "phone-message", "commands"] as const;
const ofAmocrm = ["desk-chat", "desk-message", "contact", "lead"] as const;
const queues = { "to-amocrm": "ToAmocrm", "to-telegram": "ToTelegram" } as const;

/**
 * Reads the state of a run for its pages: the simulators' records, the ledger's rows that a function has
 * changed, the depths of the queues, the switches. It reads only while a page is open.
 */
export function watchRun(run: Run, botId: string, breakIt: BreakIt | undefined, feed: Feed) {
  const { host, telegram, amocrm, scopeId } = run;
  const config = {
    endpoint: host.awsEndpoint,
    region,
    credentials: { accessKeyId: "page", secretAccessKey: "page" },
  };
  const dynamodb = new DynamoDBClient(config);
  const sqs = new SQSClient(config);
  const changed = new Set<string>();
  const timers: NodeJS.Timeout[] = [];

  const readSimulators = (): void => {
    if (telegram !== undefined) feed.replace(ofTelegram, telegramRecords(telegram, botId));
    if (amocrm !== undefined) feed.replace(ofAmocrm, amocrmRecords(amocrm, scopeId));
    for (const record of breakIt?.switches() ?? []) feed.set(record);
  };
  const readRows = async (): Promise<void> => {
    const ids = [...changed];
    changed.clear();
    const read = async (id: string): Promise<void> => {
      try {
        const row = await readEvent(dynamodb, host.outputs["DeliveriesTable"], id);
        if (row !== undefined) feed.set({ of: "event", id, value: row });
      } catch (error) {
        changed.add(id);
        throw error;
      }
    };
    await pMap(ids, read, { concurrency: 20, stopOnError: false });
  };
  const readQueues = async (): Promise<void> => {
    for (const [id, name] of Object.entries(queues)) {
      const [own, dead] = await Promise.all([
        depth(sqs, host.outputs[`${name}QueueUrl`]),
        depth(sqs, host.outputs[`${name}DeadLetterQueueUrl`]),
      ]);
      const value = { ...own, deadLetters: dead.waiting + dead.inFlight };
      feed.set({ of: "queue", id, value });
    }
  };
  const every = (millis: number, read: () => void | Promise<void> | undefined): void => {
    let reading: Promise<void> | undefined;
    let notBeforeMillis = 0;
    const timer = setInterval(() => {
      const startedAtMillis = Date.now();
      if (!feed.hasReaders || reading !== undefined || startedAtMillis < notBeforeMillis) return;
      // The run may be closing.
      reading = Promise.resolve()
        .then(read)
        .catch(() => undefined)
        .finally(() => {
          reading = undefined;
          // After a long day a look takes long. Most of the time belongs to the run itself.
          notBeforeMillis = Date.now() + restPerLook * (Date.now() - startedAtMillis);
        });
    }, millis);
    timers.push(timer);
  };
  every(lookEveryMillis, readSimulators);
  every(lookEveryMillis, readRows);
  every(queuesEveryMillis, readQueues);
  every(queuesEveryMillis, () => breakIt?.refresh());
  every(clockEveryMillis, () => feed.tick());
  return {
    /** Notes an item that a function has changed. */
    onItemWritten(table: string, id: string): void {
      if (table === host.outputs["DeliveriesTable"]) changed.add(id);
    },
    /** Reads everything now, for a page that opens. */
    async refresh(): Promise<void> {
      readSimulators();
      await Promise.all([readRows(), readQueues()]);
    },
    close(): void {
      for (const timer of timers) clearInterval(timer);
      breakIt?.close();
      dynamodb.destroy();
      sqs.destroy();
    },
  };
}

async function depth(sqs: SQSClient, QueueUrl: string | undefined) {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
  );
  const count = (name: QueueAttributeName) => Number(Attributes[name] ?? 0);
  return {
    waiting: count("ApproximateNumberOfMessages") + count("ApproximateNumberOfMessagesDelayed"),
    inFlight: count("ApproximateNumberOfMessagesNotVisible"),
  };
}

/** The ledger's row of an event. Undefined for another item of the table. */
async function readEvent(
  dynamodb: DynamoDBClient,
  TableName: string | undefined,
  id: string,
): Promise<EventRow | undefined> {
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }));
  if (Item?.["state"] === undefined) return undefined;
  const item = unmarshall(Item);
  const { state, attempts, steps, reason, ...times } = readRecord(item);
  const direction = item["direction"] as EventRow["direction"];
  return {
    id,
    state,
    direction,
    attempts,
    steps,
    reason,
    detail: typeof item["detail"] === "string" ? item["detail"] : undefined,
    leaseUntilMillis: state === "sending" ? times.leaseUntilMillis : undefined,
    notBeforeMillis: state === "waiting" ? times.notBeforeMillis : undefined,
    endedAtMillis: times.endedAtMillis === 0 ? undefined : times.endedAtMillis,
  };
}

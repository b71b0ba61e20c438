import { caretakerReportId } from "../model/caretaker-report.ts";
import type { CaretakerFindings, CaretakerReports } from "../model/caretaker-report.ts";
import { queryIndex, textIn } from "./table.ts";
import type { DynamoTable, Plain } from "./table.ts";
import {
  DeleteItemCommand,
  ConditionalCheckFailedException,
  GetItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { readEnvelope } from "../model/envelope.ts";
import type { Envelope } from "../model/envelope.ts";
import type { Logger, SpoolReader, WideReconcileReader } from "../model/runtime.ts";
import { wideReconcileRequestId } from "./spool.ts";

/** One item of the deliveries table. Its attributes are the report's fields. It does not expire. */
export class DynamoCaretakerReports implements CaretakerReports {
  readonly #deliveries: DynamoTable;

  constructor(deliveries: DynamoTable) {
    this.#deliveries = deliveries;
  }

  async merge(findings: CaretakerFindings): Promise<void> {
    const entries = Object.entries<Plain | undefined>(findings);
    const set = entries.filter((entry): entry is [string, Plain] => entry[1] !== undefined);
    const remove = entries.filter(([, value]) => value === undefined).map(([field]) => field);
    await this.#deliveries.update(caretakerReportId, {
      set: Object.fromEntries(set),
      ...(remove.length === 0 ? {} : { remove }),
    });
  }
}

/** The caretaker's side of the spool: the sparse index of the deliveries table, the oldest event first. */
export class DynamoSpoolReader implements SpoolReader {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #logger: Logger;

  constructor(client: DynamoDBClient, table: string, logger: Logger) {
    this.#client = client;
    this.#table = table;
    this.#logger = logger;
  }

  async oldest(limit: number): Promise<readonly Envelope[]> {
    const place = { table: this.#table, index: "parked", key: "parkedAs", value: "spooled" };
    const found: Envelope[] = [];
    for await (const { id, message } of queryIndex(this.#client, place)) {
      const envelope = readEnvelope(textIn(message));
      // An item that the caretaker cannot read must not stop the drain of the others.
      if (envelope !== undefined) found.push(envelope);
      else this.#logger.error("SpoolItemUnreadable", { key: textIn(id) });
      if (found.length >= limit) break;
    }
    return found;
  }

  async remove(id: string): Promise<void> {
    const Key = { id: { S: `spool:${id}` } };
    await this.#client.send(new DeleteItemCommand({ TableName: this.#table, Key }));
  }
}

/** The caretaker's side of the request for a wide reconcile. */
export class DynamoWideReconcileReader implements WideReconcileReader {
  readonly #client: DynamoDBClient;
  readonly #item: { readonly TableName: string; readonly Key: { id: { S: string } } };

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#item = { TableName: table, Key: { id: { S: wideReconcileRequestId } } };
  }

  async latest(): Promise<number | undefined> {
    const command = new GetItemCommand({ ...this.#item, ConsistentRead: true });
    const { Item } = await this.#client.send(command);
    return Item === undefined ? undefined : Number(Item["askedAtMillis"]?.N);
  }

  async remove(untilMillis: number): Promise<void> {
    const command = new DeleteItemCommand({
      ...this.#item,
      ConditionExpression: "attribute_not_exists(id) OR askedAtMillis <= :until",
      ExpressionAttributeValues: { ":until": { N: String(untilMillis) } },
    });
    try {
      await this.#client.send(command);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { DynamoTable, textIn } from "../../lambdas/aws/table.ts";
import type { Plain } from "../../lambdas/aws/table.ts";
import { s3BodyStore } from "../../lambdas/aws/buckets.ts";
import { expiryOf } from "../../lambdas/aws/ledger.ts";
import { parkedKeyOf } from "../../lambdas/delivery/record-failure.ts";
import type { BodyStore } from "../../lambdas/model/stores.ts";
import type { Deliveries, Delivery } from "../parked/sources.ts";
import type { Stage } from "../stage/stage.ts";
import { awsFailure, failedTo } from "./failures.ts";

const reading = "read the deliveries table";

/** The ledger and the spool in the stage's deliveries table. */
export class StageDeliveries implements Deliveries {
  readonly #table: DynamoTable;
  readonly #bodies: BodyStore;
  readonly #now: () => number;

  constructor(stage: Stage, now: () => number) {
    const client = new DynamoDBClient(stage.aws);
    this.#table = new DynamoTable(client, stage.outputs.DeliveriesTable, "id");
    this.#bodies = s3BodyStore(new S3Client(stage.aws), stage.outputs.BodiesBucket);
    this.#now = now;
  }

  async *setAside(state: "parked" | "spooled"): AsyncGenerator<Delivery> {
    const place = { index: "parked", key: "parkedAs", value: state };
    try {
      for await (const item of this.#table.query(place)) {
        const delivery = deliveryOf(item);
        // A redriven event stays in the index until its delivery has ended.
        if (delivery.state === state) yield delivery;
      }
    } catch (error) {
      throw awsFailure(error, reading);
    }
  }

  async find(id: string): Promise<Delivery | undefined> {
    const item = await this.#table.get(id).catch(failedTo(reading));
    if (item === undefined) return undefined;
    const expiresAt = numberIn(item["expiresAt"]);
    // DynamoDB has not removed this expired item yet. The ledger itself treats it as absent.
    return expiresAt > 0 && expiresAt * 1000 <= this.#now() ? undefined : deliveryOf(item);
  }

  async discard(id: string, { isDeadLetter }: { isDeadLetter: boolean }): Promise<boolean> {
    const nowMillis = this.#now();
    const noAttemptHolds =
      "attribute_not_exists(#id) OR #state = :parked OR #state = :waiting OR (#state = :sending AND #leaseUntilMillis <= :nowMillis)";
    return await this.#table
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
  }

  async forgetBody(id: string): Promise<void> {
    await this.#bodies.remove(parkedKeyOf(id)).catch(failedTo("remove a body from its bucket"));
  }
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

import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ledgerDays } from "../../model/ledger.ts";
import type { Claim, ClaimRequest, LedgerEntry, Parking, Release } from "../../model/ledger.ts";
import { LeaseLost } from "../../ports/delivery-ledger.ts";
import type { DeliveryLedger } from "../../ports/delivery-ledger.ts";
import { fromItem, setting, toAttribute } from "./dynamo-values.ts";
import type { Plain } from "./dynamo-values.ts";
import { readRecord } from "./ledger-record.ts";
import type { LedgerRecord } from "./ledger-record.ts";

/** What a claim must find for the common case: nothing, or an event whose wait is over. */
const claimable = "attribute_not_exists(id) OR (#state = :waiting AND notBeforeMillis <= :now)";
const held = "#state = :sending AND #owner = :me";

/** The ledger in DynamoDB: one item an event, and every change a single conditional write. */
export class DynamoDeliveryLedger implements DeliveryLedger {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async claim(request: ClaimRequest): Promise<Claim> {
    const fresh = await this.#tryClaim(request, {}, claimable, {
      ":waiting": "waiting",
      ":now": request.nowMillis,
    });
    if (fresh !== undefined) return fresh;

    const found = await this.#read(request.id);
    if (found === undefined) return later(request);
    if (found.expiresAt !== undefined && found.expiresAt * 1000 <= request.nowMillis) {
      return this.#claimExpired(request, found);
    }
    if (found.state === "waiting") return { kind: "later", untilMillis: found.notBeforeMillis };
    if (found.state !== "sending") return { kind: "finished", entry: found };
    if (found.leaseUntilMillis > request.nowMillis) {
      return { kind: "later", untilMillis: found.leaseUntilMillis };
    }
    // The attempt died while it held the event: whether its part went out is unknown.
    const taken = await this.#tryClaim(
      request,
      { ambiguous: found.ambiguous + 1 },
      "#state = :sending AND #owner = :owned AND leaseUntilMillis = :until",
      { ":owned": found.owner, ":until": found.leaseUntilMillis },
    );
    return taken ?? later(request);
  }

  async commitPart(id: string, owner: string, partId: string): Promise<void> {
    await this.#write(id, owner, { ambiguous: 0 }, partId);
  }

  async finish(
    id: string,
    owner: string,
    end: { state: "sent" | "ignored"; partId?: string; nowMillis: number },
  ): Promise<void> {
    await this.#write(id, owner, { state: end.state, endedAtMillis: end.nowMillis }, end.partId);
  }

  async release(id: string, owner: string, release: Release): Promise<void> {
    const { notBeforeMillis, attempts, ambiguous, reason } = release;
    await this.#write(id, owner, {
      state: "waiting",
      notBeforeMillis,
      attempts,
      ambiguous,
      reason,
    });
  }

  async park(id: string, owner: string, parking: Parking): Promise<void> {
    const { reason, detail, message, receivedAtMillis, nowMillis } = parking;
    await this.#write(
      id,
      owner,
      // `parkedAs` is the key of the sparse index: only parked events are in it.
      {
        state: "parked",
        parkedAs: reason,
        reason,
        detail,
        message,
        receivedAtMillis,
        endedAtMillis: nowMillis,
      },
      undefined,
      "REMOVE expiresAt",
    );
  }

  async rememberEcho(id: string, nowMillis: number): Promise<void> {
    const fields = { state: "ignored", reason: "echo", expiresAt: expiry(nowMillis) };
    const { expression, names, values } = setting(fields);
    await this.#ignoringRefusal(() =>
      this.#update(id, `${expression}`, names, values, "attribute_not_exists(id)"),
    );
  }

  async #tryClaim(
    request: ClaimRequest,
    fields: Readonly<Record<string, Plain>>,
    condition: string,
    conditionValues: Readonly<Record<string, Plain>>,
  ): Promise<Claim | undefined> {
    const { expression, names, values } = setting({
      state: "sending",
      owner: request.owner,
      leaseUntilMillis: request.leaseUntilMillis,
      direction: request.direction,
      expiresAt: expiry(request.nowMillis),
      ...fields,
    });
    for (const [name, value] of Object.entries(conditionValues)) values[name] = toAttribute(value);
    if (condition.includes(":sending")) values[":sending"] = { S: "sending" };
    return this.#ignoringRefusal(async () => {
      const item = await this.#update(request.id, expression, names, values, condition);
      return { kind: "claimed", entry: readRecord(item) };
    });
  }

  /** Older than the ledger remembers, but not swept yet: as good as absent. */
  async #claimExpired(request: ClaimRequest, found: LedgerRecord): Promise<Claim> {
    const entry: LedgerEntry = {
      id: request.id,
      state: "sending",
      parts: [],
      attempts: 0,
      ambiguous: 0,
    };
    const fields = {
      ...{ id: request.id, state: "sending", owner: request.owner, direction: request.direction },
      ...{ leaseUntilMillis: request.leaseUntilMillis, expiresAt: expiry(request.nowMillis) },
    };
    const Item = Object.fromEntries(Object.entries(fields).map(([k, v]) => [k, toAttribute(v)]));
    const claimed = await this.#ignoringRefusal(async (): Promise<Claim> => {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item,
          ConditionExpression: "expiresAt = :seen",
          ExpressionAttributeValues: { ":seen": toAttribute(found.expiresAt ?? 0) },
        }),
      );
      return { kind: "claimed", entry };
    });
    return claimed ?? later(request);
  }

  async #write(
    id: string,
    owner: string,
    fields: Readonly<Record<string, Plain>>,
    partId?: string,
    remove = "",
  ): Promise<void> {
    const { expression, names, values } = setting(fields);
    let update = expression;
    if (partId !== undefined) {
      update += ", parts = list_append(if_not_exists(parts, :none), :part)";
      values[":none"] = { L: [] };
      values[":part"] = toAttribute([partId]);
    }
    const all = { ...values, ":sending": { S: "sending" }, ":me": { S: owner } };
    const allNames = { ...names, "#state": "state", "#owner": "owner" };
    const done = await this.#ignoringRefusal(() =>
      this.#update(id, `${update} ${remove}`.trim(), allNames, all, held),
    );
    if (done === undefined) throw new LeaseLost(id);
  }

  async #read(id: string): Promise<LedgerRecord | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: { id: { S: id } }, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : readRecord(fromItem(Item));
  }

  async #update(
    id: string,
    expression: string,
    names: Record<string, string>,
    values: Record<string, AttributeValue>,
    condition: string,
  ): Promise<Record<string, Plain>> {
    const { Attributes } = await this.#client.send(
      new UpdateItemCommand({
        TableName: this.#table,
        Key: { id: { S: id } },
        UpdateExpression: expression,
        ConditionExpression: condition,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
        ReturnValues: "ALL_NEW",
      }),
    );
    return fromItem(Attributes ?? {});
  }

  async #ignoringRefusal<Result>(write: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await write();
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }
}

/** Somebody else was faster; soon enough it will be clear how they fared. */
function later({ nowMillis }: ClaimRequest): Claim {
  return { kind: "later", untilMillis: nowMillis + 1000 };
}

/** Unix seconds, as DynamoDB's time-to-live wants them. */
function expiry(nowMillis: number): number {
  return Math.floor(nowMillis / 1000) + ledgerDays * 86_400;
}

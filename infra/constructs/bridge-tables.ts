import type { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, ProjectionType, Table } from "aws-cdk-lib/aws-dynamodb";
import type { Conditions } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

/** The indexes by the names that the functions ask for. */
export const indexes = { active: "active", amojoChat: "amojoChat", parked: "parked" } as const;

/** Narrows a permission on a table to items whose partition key fits the pattern. */
export function keysLike(pattern: string): Conditions {
  return { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [pattern] } };
}

/**
 * What the bridge remembers, in two tables because it lives for different times: which chats belong
 * together, for ever; what was delivered, for weeks. Both pay per request and can be restored to any
 * second of the last 35 days.
 */
export class BridgeTables extends Construct {
  readonly conversations: Table;
  /** Ledger with the parked events, spool, and what is remembered for a while. DynamoDB removes an item some time after its `expiresAt`. */
  readonly deliveries: Table;

  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly removalPolicy: RemovalPolicy;
      /** Has DynamoDB refuse to delete them, CloudFormation's rollback of a first deployment included. */
      readonly protect: boolean;
    },
  ) {
    super(scope, id);
    const common = {
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: props.removalPolicy,
      deletionProtection: props.protect,
    };
    this.conversations = new Table(this, "Conversations", {
      ...common,
      partitionKey: { name: "conversationId", type: AttributeType.STRING },
    });
    // Sparse: only a conversation whose chat in amoCRM is known has `amojoChatId`, which is written once and
    // never changes, so that no other write is one here.
    this.conversations.addGlobalSecondaryIndex({
      indexName: indexes.amojoChat,
      partitionKey: { name: "amojoChatId", type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.deliveries = new Table(this, "Deliveries", {
      ...common,
      partitionKey: { name: "id", type: AttributeType.STRING },
      timeToLiveAttribute: "expiresAt",
    });
    // Sparse: only what has not arrived has `parkedAs`. Under "parked" the index lists what needs a
    // person, under "spooled" what the caretaker puts in the queue; both oldest first.
    this.deliveries.addGlobalSecondaryIndex({
      indexName: indexes.parked,
      partitionKey: { name: "parkedAs", type: AttributeType.STRING },
      sortKey: { name: "receivedAtMillis", type: AttributeType.NUMBER },
      projectionType: ProjectionType.ALL,
    });
    // Sparse: of ten minutes in a conversation, the claim of one event has `activeHour`, so that the
    // caretaker reads only the lively ones. Nothing that changes later: an event's end is no write here.
    this.deliveries.addGlobalSecondaryIndex({
      indexName: indexes.active,
      partitionKey: { name: "activeHour", type: AttributeType.STRING },
      sortKey: { name: "activeAtMillis", type: AttributeType.NUMBER },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ["conversationId"],
    });
  }
}

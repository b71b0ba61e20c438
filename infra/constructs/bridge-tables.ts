import type { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, ProjectionType, Table } from "aws-cdk-lib/aws-dynamodb";
import type { Conditions } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

/** The names of the indexes, as the functions query them. */
export const indexes = { active: "active", amojoChat: "amojoChat", parked: "parked" } as const;

/** Limits a permission on a table to items whose partition key matches the pattern. */
export function keysLike(pattern: string): Conditions {
  return { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [pattern] } };
}

/**
 * The bridge's data, in two tables because it lives for different times: the pairs of chats stay for
 * ever, the deliveries for weeks. Both tables pay per request. A person can restore each to any second
 * of the last 35 days.
 */
export class BridgeTables extends Construct {
  readonly conversations: Table;
  /**
   * The ledger with the parked events, the spool, and temporary marks. DynamoDB removes an item some
   * time after its `expiresAt`.
   */
  readonly deliveries: Table;

  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly removalPolicy: RemovalPolicy;
      /**
       * Makes DynamoDB refuse to delete the tables, also during CloudFormation's
       * rollback of a first deployment.
       */
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
    // A sparse index: a conversation gets `amojoChatId` once its chat in amoCRM is known. The attribute
    // never changes, so later writes to the conversation do not write to this index.
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
    // A sparse index over `parkedAs`. The key "parked" lists events that need a person, "spooled" lists
    // events that the caretaker puts in the queue, "link" lists deep links, all oldest first. The key
    // "waiting" lists customers' waits for an answer, by the time when they are due.
    this.deliveries.addGlobalSecondaryIndex({
      indexName: indexes.parked,
      partitionKey: { name: "parkedAs", type: AttributeType.STRING },
      sortKey: { name: "receivedAtMillis", type: AttributeType.NUMBER },
      projectionType: ProjectionType.ALL,
    });
    // A sparse index: in each ten minutes of a conversation, the claim of one event gets `activeHour`.
    // So the caretaker reads only the active conversations. The projected attributes never change:
    // recording the end of an event does not write to this index.
    this.deliveries.addGlobalSecondaryIndex({
      indexName: indexes.active,
      partitionKey: { name: "activeHour", type: AttributeType.STRING },
      sortKey: { name: "activeAtMillis", type: AttributeType.NUMBER },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ["conversationId"],
    });
  }
}

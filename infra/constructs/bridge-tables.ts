import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, ProjectionType, Table } from "aws-cdk-lib/aws-dynamodb";
import { Construct } from "constructs";

/**
 * What the bridge remembers, in two tables because it lives for different times: which chats belong
 * together, for ever; what was delivered, for weeks. Both pay per request and can be restored to any
 * second of the last 35 days.
 */
export class BridgeTables extends Construct {
  readonly conversations: Table;
  /** Ledger, parked events and spool. DynamoDB removes an item some time after its `expiresAt`. */
  readonly deliveries: Table;

  constructor(scope: Construct, id: string, props: { readonly removalPolicy: RemovalPolicy }) {
    super(scope, id);
    const common = {
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: props.removalPolicy,
      deletionProtection: props.removalPolicy === RemovalPolicy.RETAIN,
    };
    this.conversations = new Table(this, "Conversations", {
      ...common,
      partitionKey: { name: "conversationId", type: AttributeType.STRING },
    });
    this.deliveries = new Table(this, "Deliveries", {
      ...common,
      partitionKey: { name: "id", type: AttributeType.STRING },
      timeToLiveAttribute: "expiresAt",
    });
    // Sparse: only a parked event has `parkedAs`, so the index is the list of what needs a person.
    this.deliveries.addGlobalSecondaryIndex({
      indexName: "parked",
      partitionKey: { name: "parkedAs", type: AttributeType.STRING },
      sortKey: { name: "receivedAtMillis", type: AttributeType.NUMBER },
      projectionType: ProjectionType.ALL,
    });
  }
}

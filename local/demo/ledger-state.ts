import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";

/** The state of an event in the run's own ledger. */
export async function ledgerState(
  awsEndpoint: string,
  table: string,
  eventId: string,
): Promise<string> {
  const client = new DynamoDBClient({
    endpoint: awsEndpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "demo", secretAccessKey: "demo" },
  });
  const { Item } = await client.send(
    new GetItemCommand({ TableName: table, Key: { id: { S: eventId } } }),
  );
  client.destroy();
  return Item?.["state"]?.S ?? "unknown";
}

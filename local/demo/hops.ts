import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { region } from "../host/aws/names.ts";
import { awaited } from "../hops/hop-log.ts";
import type { HopLog } from "../hops/hop-log.ts";
import { lineOfHop, shortIdOf } from "../hops/lines.ts";
import type { Run } from "../run.ts";

/** A run with simulators, the log of its functions, and the output of the demo. */
export type Demo = {
  readonly host: Run["host"];
  readonly telegram: NonNullable<Run["telegram"]>;
  readonly amocrm: NonNullable<Run["amocrm"]>;
  readonly log: HopLog;
  readonly say: (line?: string) => void;
};

/** A demo of that run. Throws when a vendor is not simulated. */
export function demoOf({ host, telegram, amocrm }: Run, log: HopLog, say: Demo["say"]): Demo {
  if (telegram === undefined || amocrm === undefined) throw new Error("no simulators are running");
  return { host, telegram, amocrm, log, say };
}

/** A customer does something. Reports every hop until the ledger records the event's end. */
export async function fromCustomer(
  demo: Demo,
  doing: string,
  act: () => Promise<{ readonly updateId: number }>,
): Promise<void> {
  const { log, say } = demo;
  const from = log.length;
  say(`  Telegram          Anna ${doing}`);
  const { updateId } = await act();
  say(`  POST /telegram    update ${updateId}, secret token is correct`);
  const { eventId } = await log.next("UpdateAccepted", from);
  say(`  telegram-webhook  queued in to-amocrm as ${eventId}, answers 200`);
  await log.next("DeliverySent", from, eventId);
  for (const call of callsSince(demo, from)) say(call);
  say(`  ledger            ${eventId}: ${await ledgerState(demo, eventId)}`);
}

/** An operator writes. Reports every hop, and answers the delivery state that the operator sees. */
export async function fromOperator(
  demo: Demo,
  conversationId: string,
  text: string,
): Promise<string> {
  const { amocrm, log, say } = demo;
  const from = log.length;
  say(`  amoCRM            the operator writes: ${text}`);
  const hook = await amocrm.operatorSays(conversationId, text);
  say(`  POST /amocrm      hook of message ${hook.messageId}, signature is correct`);
  const { eventId } = await log.next("HookAccepted", from);
  const shortId = shortIdOf(eventId ?? "");
  say(`  amocrm-webhook    queued in to-telegram as ${shortId}, answers ${hook.status}`);
  await log.next("DeliverySent", from, eventId);
  // The sender reports the state right after Telegram's success answer.
  const status = await awaited("delivery state for the operator", () => {
    const message = amocrm.messages().find(({ id }) => id === hook.messageId);
    return message?.deliveryStatus.at(-1)?.status;
  });
  for (const call of callsSince(demo, from)) say(call);
  say(`  ledger            ${shortId}: ${await ledgerState(demo, eventId)}`);
  return status === 1 ? "delivered" : `status ${status}`;
}

/** The functions' calls of both vendors since then, in order. */
function callsSince({ log }: Demo, from: number): readonly string[] {
  return log.since(from).flatMap((hop) => (hop.kind === "call" ? (lineOfHop(hop) ?? []) : []));
}

async function ledgerState({ host }: Demo, id = ""): Promise<string> {
  const credentials = { accessKeyId: "demo", secretAccessKey: "demo" };
  const client = new DynamoDBClient({ endpoint: host.awsEndpoint, region, credentials });
  const TableName = host.outputs["DeliveriesTable"];
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }));
  client.destroy();
  return Item?.["state"]?.S ?? "unknown";
}

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import { DynamoTable } from "../../lambdas/aws/table.ts";
import { caretakerReportId } from "../../lambdas/model/caretaker-report.ts";
import type { CaretakerReport } from "../../lambdas/model/caretaker-report.ts";
import { CommandFailure } from "../command.ts";
import type { Stage } from "../stage/stage.ts";
import { awsFailure } from "./failures.ts";

const millis = z.optional(z.number());
const report = z.looseObject({
  ranAtMillis: z.number(),
  failedRounds: z._default(z.array(z.string()), []),
  skippedRounds: z._default(z.array(z.string()), []),
  reconciledAtMillis: millis,
  foundLost: z.optional(z.number()),
  webhookInspectedAtMillis: millis,
  isWebhookOurs: z.optional(z.boolean()),
  pendingUpdates: z.optional(z.number()),
  checkedAtMillis: millis,
  isTelegramWebhookFine: z.optional(z.boolean()),
  isAmocrmWebhookFine: z.optional(z.boolean()),
  apiTokenExpiresAtMillis: millis,
});

/** The report of the caretaker's last run. Undefined when there is none yet. */
export async function readCaretakerReport(stage: Stage): Promise<CaretakerReport | undefined> {
  const client = new DynamoDBClient(stage.aws);
  try {
    const table = new DynamoTable(client, stage.outputs.DeliveriesTable, "id");
    const item = await table.get(caretakerReportId);
    if (item === undefined) return undefined;
    const read = z.safeParse(report, item);
    if (read.success) return read.data as CaretakerReport;
    throw new CommandFailure("the caretaker's report has another version: deploy the stack again");
  } catch (error) {
    throw awsFailure(error, "read the caretaker's report");
  } finally {
    client.destroy();
  }
}

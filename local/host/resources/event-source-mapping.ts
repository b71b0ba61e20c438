import * as z from "zod";
import { isAllowed } from "../aws/policies.ts";
import type { FunctionDefinition } from "../lambda/function-definition.ts";
import { functionArnOf } from "./deployment.ts";
import type { CreateResource, Deployment } from "./deployment.ts";

const mappingProperties = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: z._default(z.coerce.number(), 10),
  Enabled: z._default(z.union([z.boolean(), z.stringbool()]), true),
  FilterCriteria: z.optional(z.undefined("event filters do not run on the laptop host")),
  FunctionResponseTypes: z._default(z.array(z.string()), []),
  ScalingConfig: z.optional(
    z.object({
      MaximumConcurrency: z.optional(
        z.coerce
          .number()
          .check(z.gte(2, "AWS takes 2 to 1000"), z.lte(1000, "AWS takes 2 to 1000")),
      ),
    }),
  ),
});

const neededActions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
/** AWS starts with five concurrent batches and would add more. */
const defaultConcurrency = 5;

/**
 * AWS::Lambda::EventSourceMapping of a queue. Refuses the same mappings as AWS does at creation: a role
 * that may not read the queue, and a visibility timeout below the function's timeout.
 */
export const createEventSourceMapping: CreateResource = ({ logicalId, properties }, deployment) => {
  const mapping = mappingProperties.parse(properties);
  const definition = functionOf(mapping.FunctionName, deployment);
  const queue = deployment.queuesByArn.get(mapping.EventSourceArn);
  if (queue === undefined) {
    throw new Error(`The event source ${mapping.EventSourceArn} is not a queue of this stack.`);
  }
  refuseWhatAwsRefuses(mapping.EventSourceArn, queue.visibilitySeconds, definition, deployment);
  if (mapping.Enabled) {
    deployment.eventSources.push({
      queueArn: mapping.EventSourceArn,
      queueUrl: queue.url,
      functionArn: definition.arn,
      batchSize: mapping.BatchSize,
      maximumConcurrency: mapping.ScalingConfig?.MaximumConcurrency ?? defaultConcurrency,
      reportsBatchItemFailures: mapping.FunctionResponseTypes.includes("ReportBatchItemFailures"),
      visibilitySeconds: queue.visibilitySeconds,
    });
  }
  return { ref: logicalId, attributes: { Id: logicalId } };
};

function functionOf(name: string, deployment: Deployment): FunctionDefinition {
  const arn = functionArnOf(name, deployment);
  const definition = deployment.functions.find((each) => each.arn === arn);
  if (definition === undefined) throw new Error(`The template has no function ${name}.`);
  return definition;
}

function refuseWhatAwsRefuses(
  queueArn: string,
  visibilitySeconds: number,
  { stem, timeoutSeconds, roleArn }: FunctionDefinition,
  deployment: Deployment,
): void {
  const isShortened = deployment.visibilityTimeoutSeconds !== undefined;
  if (visibilitySeconds < timeoutSeconds && !isShortened) {
    throw new Error(
      `Queue visibility timeout: ${visibilitySeconds} seconds is less than function timeout: ${timeoutSeconds} seconds (${stem}). AWS refuses this event source.`,
    );
  }
  const statements = deployment.rolesByArn.get(roleArn)?.statements ?? [];
  for (const action of neededActions) {
    if (isAllowed(statements, action, queueArn)) continue;
    throw new Error(
      `The role of ${stem} does not have permission to call ${action} on ${queueArn}. AWS refuses this event source.`,
    );
  }
}

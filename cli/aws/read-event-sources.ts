import { GetEventSourceMappingCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { AwsConfiguration } from "../stage/stage.ts";
import { awsFailure } from "./failures.ts";
import type { StackResource } from "./stack-resources.ts";

/** A mapping between a queue and the sender, in Lambda's own words. */
export type EventSource = { readonly id: string; readonly state: string };

/** The state of every event source mapping of a stack. */
export async function readEventSources(
  aws: AwsConfiguration,
  resources: readonly StackResource[],
): Promise<readonly EventSource[]> {
  const client = new LambdaClient(aws);
  try {
    const ids = resources.flatMap(({ type, id }) =>
      type === "AWS::Lambda::EventSourceMapping" ? [id] : [],
    );
    return await Promise.all(
      ids.map(async (id) => {
        const { State = "" } = await client.send(new GetEventSourceMappingCommand({ UUID: id }));
        return { id, state: State };
      }),
    );
  } catch (error) {
    throw awsFailure(error, "read the senders' event sources (lambda:GetEventSourceMapping)");
  } finally {
    client.destroy();
  }
}

import { readAlarmTopics } from "../../aws/stack-state.ts";
import { readEventSources } from "../../aws/stack-state.ts";
import { readStackResources } from "../../aws/describe-stack.ts";
import { stackNameOf } from "../../stage/deployed-stage.ts";
import type { Stage } from "../../stage/stage.ts";
import type { Facts } from "./facts.ts";
import { look, notKnown } from "./look.ts";

/** Reads the state of resources that only their services know: CloudFormation reports no drift of them. */
export async function lookAtStack(
  stage: Stage,
): Promise<Pick<Facts, "alarmTopics" | "eventSources">> {
  const { name, bridge, aws } = stage;
  if (bridge === undefined) {
    return {
      alarmTopics: notKnown("the laptop run has no alarms"),
      eventSources: notKnown("the laptop run reads its queues itself"),
    };
  }
  const resources = await look(
    async () => (await readStackResources(stackNameOf(name, bridge), aws)) ?? [],
  );
  if (!resources.known) return { alarmTopics: resources, eventSources: resources };
  const [alarmTopics, eventSources] = await Promise.all([
    look(() => readAlarmTopics(aws, resources.value)),
    look(() => readEventSources(aws, resources.value)),
  ]);
  return { alarmTopics, eventSources };
}

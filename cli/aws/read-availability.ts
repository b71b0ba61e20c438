import { objective } from "../../infra/monitoring/objective.ts";
import type { Stage } from "../stage/stage.ts";
import { findApiId } from "./find-default-endpoint.ts";
import { getMetric, metricsOriginOf } from "./get-metric.ts";

const daySeconds = 86_400;

/** The requests of the objective's days that count: answered with 2xx or 5xx. */
export type Availability = {
  readonly counted: number;
  /** Those of them answered with 5xx. */
  readonly failed: number;
};

/**
 * Counts them from the metrics of the stage's API. Undefined on the laptop run, which has no metrics, and
 * where CloudWatch does not give them.
 */
export async function readAvailability(
  stage: Stage,
  nowMillis: number,
  origin = metricsOriginOf(stage.aws),
): Promise<Availability | undefined> {
  if (origin === undefined) return undefined;
  const apiId = await findApiId(stage).catch(() => undefined);
  if (apiId === undefined) return undefined;
  const sumOf = async (name: string) => {
    const points = await getMetric(stage.aws, origin, {
      namespace: "AWS/ApiGateway",
      name,
      dimension: ["ApiId", apiId],
      statistic: "Sum",
      periodSeconds: daySeconds,
      fromMillis: nowMillis - objective.days * daySeconds * 1000,
      untilMillis: nowMillis,
    });
    return points?.reduce((sum, { value }) => sum + value, 0);
  };
  const [all, refused, failed] = await Promise.all([sumOf("Count"), sumOf("4xx"), sumOf("5xx")]);
  if (all === undefined || refused === undefined || failed === undefined) return undefined;
  // The metrics come at different times, so for a moment more requests may be refused than counted.
  return { counted: Math.max(failed, all - refused), failed };
}

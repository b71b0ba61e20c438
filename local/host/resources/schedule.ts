import * as z from "zod";
import { arnOf } from "../aws/names.ts";
import { functionArnOf, generatedName } from "./deployment.ts";
import type { CreateResource } from "./deployment.ts";

const rateOnly = "only rules with a rate, such as rate(1 minute), run on the laptop host";
const plainOnly = z.optional(z.undefined("targets get the plain event on the laptop host"));

const ruleProperties = z.object({
  Name: z.optional(z.string()),
  ScheduleExpression: z
    .string(rateOnly)
    .check(z.regex(/^rate\((?:1 (?:minute|hour)|\d+ (?:minute|hour)s)\)$/, rateOnly)),
  EventPattern: z.optional(z.undefined(rateOnly)),
  State: z._default(z.string(), "ENABLED"),
  Targets: z._default(
    z.array(
      z.object({
        Arn: z.string(),
        Input: plainOnly,
        InputPath: plainOnly,
        InputTransformer: plainOnly,
      }),
    ),
    [],
  ),
});

/** AWS::Events::Rule with a rate and with functions as targets. Refuses cron rules and patterns. */
export const createSchedule: CreateResource = ({ logicalId, properties }, deployment) => {
  const rule = ruleProperties.parse(properties);
  const name = rule.Name ?? generatedName(deployment.stackName, logicalId);
  const arn = arnOf("events", `rule/${name}`);
  const [, amount = "1", unit] = /(\d+) (minute|hour)/.exec(rule.ScheduleExpression) ?? [];
  const minutes = Number(amount) * (unit === "hour" ? 60 : 1);
  for (const target of rule.Targets) {
    const functionArn = functionArnOf(target.Arn, deployment);
    if (functionArn === undefined) {
      throw new Error(`The target ${target.Arn} is not a function of this stack.`);
    }
    if (rule.State === "DISABLED") continue;
    deployment.schedules.push({ ruleArn: arn, functionArn, minutes });
  }
  return { ref: name, attributes: { Arn: arn } };
};

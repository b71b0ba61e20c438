import { missingProtection } from "../stage/protection.ts";
import type { Stage } from "../stage/stage.ts";

/**
 * The remaining recommendations for a working bridge, one paragraph each. Each of them is a
 * setting and a deployment.
 */
export function whatIsLeft(stage: Stage): readonly string[] {
  const unprotected = missingProtection(stage);
  return [
    ...(stage.hasChannelBot
      ? []
      : [
          "The stage names no bot of the channel, so what the bridge itself says is not shown to operators: put the bot amoCRM support sent into infra/stages.ts (amocrm.bot) and deploy again.",
        ]),
    ...(unprotected === undefined
      ? []
      : [`Customers may write from now on, and ${unprotected.says}: ${unprotected.fix}.`]),
  ];
}

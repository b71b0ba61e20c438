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
          "The stage has no channel bot, so operators do not see the bridge's own messages to customers: put the bot from amoCRM support into infra/stages.ts (amocrm.bot) and deploy again.",
        ]),
    ...(unprotected === undefined
      ? []
      : [`Customers may write now, but ${unprotected.says}: ${unprotected.fix}.`]),
  ];
}

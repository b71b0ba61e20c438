import { composeRolloutCheck } from "../compose/rollout-check.ts";

export const handler = composeRolloutCheck(process.env);

import type { Check } from "./check.ts";
import { addressChecks } from "./checks/address.ts";
import { amocrmChecks } from "./checks/amocrm.ts";
import { attemptChecks } from "./checks/attempts.ts";
import { awsChecks } from "./checks/aws.ts";
import { bridgeChecks } from "./checks/bridge.ts";
import { mainApiChecks } from "./checks/main-api.ts";
import { secretChecks } from "./checks/secrets.ts";
import { telegramChecks } from "./checks/telegram.ts";

/** Every check of `bridge doctor`, in the order of its table. */
export const allChecks: readonly Check[] = [
  ...secretChecks,
  ...telegramChecks,
  ...amocrmChecks,
  ...mainApiChecks,
  ...addressChecks,
  ...awsChecks,
  ...attemptChecks,
  ...bridgeChecks,
];

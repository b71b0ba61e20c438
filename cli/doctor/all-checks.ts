import type { Check } from "./check.ts";
import { addressChecks } from "./checks/address.ts";
import { amocrmChecks } from "./checks/amocrm.ts";
import { attemptChecks } from "./checks/attempts.ts";
import { awsChecks } from "./checks/aws.ts";
import { bridgeChecks } from "./checks/bridge.ts";
import { mainApiChecks } from "./checks/main-api.ts";
import { mediaChecks } from "./checks/media.ts";
import { secretChecks } from "./checks/secrets.ts";
import { stackChecks } from "./checks/stack.ts";
import { telegramChecks } from "./checks/telegram.ts";

/** Every check of `bridge doctor`, in the order of its table. */
export const allChecks: readonly Check[] = [
  ...secretChecks,
  ...telegramChecks,
  ...amocrmChecks,
  ...mainApiChecks,
  ...addressChecks,
  ...mediaChecks,
  ...awsChecks,
  ...stackChecks,
  ...attemptChecks,
  ...bridgeChecks,
];

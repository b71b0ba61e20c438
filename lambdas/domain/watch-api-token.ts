import type { CaretakerFindings } from "../ports/caretaker-reports.ts";
import type { Now } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";

const dayMillis = 86_400_000;

/** Says when the token of amoCRM's main API ends; nothing of a bridge without one. */
export async function watchApiToken(deps: {
  /** Undefined without a token, or when it does not say. */
  readonly expiresAtMillis: () => Promise<number | undefined>;
  readonly now: Now;
  readonly logger: Logger;
}): Promise<CaretakerFindings> {
  const apiTokenExpiresAtMillis = await deps.expiresAtMillis();
  if (apiTokenExpiresAtMillis !== undefined) {
    const daysLeft = Math.floor((apiTokenExpiresAtMillis - deps.now()) / dayMillis);
    deps.logger.info("ApiTokenRead", { daysLeft });
  }
  return { apiTokenExpiresAtMillis };
}

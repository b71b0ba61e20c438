import { tokenExpiryMillis } from "../../lambdas/amocrm/main-api/client.ts";
import { readAccountId } from "../amocrm/read-account-id.ts";
import { CommandFailure } from "../command.ts";
import { changeField, textOf } from "../secrets/change-field.ts";
import { chooseField } from "../secrets/secret-plans.ts";
import { sayStep } from "./step.ts";
import type { Setup } from "./step.ts";

const { plan } = chooseField("amocrm-api", "token");
const dayMillis = 86_400_000;

/**
 * Stores a token of the main API once the API accepts it, and answers the account's id in the chat
 * service. The token is optional: undefined without one. The step asks a person for it only until the
 * channel is connected. After that, a person who wants no token is not asked again.
 */
export async function settleApiToken(
  setup: Setup,
  isConnected: boolean,
): Promise<string | undefined> {
  const { stage, secrets, given, asker } = setup;
  const before = await secrets.read("amocrm-api");
  let token = given.apiToken ?? textOf(before, "token");
  for (;;) {
    if (token === "" && asker !== undefined && !isConnected) {
      token = await asker.hidden({
        ask: "Long-lived token of the amoCRM integration (not shown; leave it empty to link no contacts)",
        faultOf: (answer) => (answer === "" || plan.shape.test(answer) ? undefined : plan.expected),
      });
    }
    if (token === "") {
      sayStep(setup, "API token", "not set, amoCRM creates contacts and leads automatically");
      return undefined;
    }
    try {
      const accountId = await readAccountId(stage, token);
      const { fields, changed } = changeField(before, "token", token);
      if (changed) await secrets.write("amocrm-api", fields);
      const outcome = changed ? "stored" : "already stored";
      sayStep(setup, "API token", `${outcome}, ${lifeOf(token, setup.now())}`);
      return accountId;
    } catch (error) {
      const canAsk = asker !== undefined && given.apiToken === undefined && !isConnected;
      if (!(error instanceof CommandFailure) || !canAsk) throw error;
      sayStep(setup, "API token", error.fault);
      token = "";
    }
  }
}

/** How long a token is still valid, as the token itself states. */
export function lifeOf(token: string, nowMillis: number): string {
  const endMillis = tokenExpiryMillis(token);
  if (endMillis === undefined) return "it does not contain its expiry date";
  const days = Math.floor((endMillis - nowMillis) / dayMillis);
  const day = new Date(endMillis).toISOString().slice(0, 10);
  return days < 0 ? `it expired on ${day}` : `it expires on ${day}, in ${days} days`;
}

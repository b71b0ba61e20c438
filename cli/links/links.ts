import * as z from "zod/mini";
import { DynamoDeepLinks } from "../../lambdas/aws/deep-links.ts";
import type { KeptDeepLink } from "../../lambdas/aws/deep-links.ts";
import { deepLinkCredentials } from "../../lambdas/compose/credentials.ts";
import { isDeepLinkForm } from "../../lambdas/conversation/deep-link.ts";
import type { DeepLinkKeys } from "../../lambdas/conversation/deep-link.ts";
import { openStores } from "../aws/stores.ts";
import { CommandFailure, UsageError } from "../command.ts";
import { timeOf } from "../output.ts";
import { commandToSet } from "../secrets.ts";
import type { SecretStore } from "../secrets.ts";
import type { Stage } from "../stage/stage.ts";
import type { Bot } from "../telegram/bot.ts";

/** The deep links in the stage's deliveries table. */
export function openLinks(stage: Stage): DynamoDeepLinks {
  return new DynamoDeepLinks(openStores(stage).deliveries);
}

/** The key of the stage's deep links. */
export async function readKeys(stage: Stage, secrets: SecretStore): Promise<DeepLinkKeys> {
  const keys = z.safeParse(deepLinkCredentials, await secrets.read("deep-link"));
  if (keys.success) return keys.data;
  throw new CommandFailure(
    "the key of deep links is not set",
    `set it with ${commandToSet(stage, "deep-link", "current")}`,
  );
}

/** The beginning of the bot's links, before the payload. */
export async function linkTo(bot: Bot): Promise<(payload: string) => string> {
  const { username } = await bot.call((api) => api.getMe());
  return (payload) => `https://t.me/${username}?start=${payload}`;
}

/** A link as a person names it: by its id, or by the link or its payload. */
export function readName(
  name: string,
): { readonly id: string } | { readonly payload: string; readonly id?: undefined } {
  if (/^[0-9a-f]{16}$/.test(name)) return { id: name };
  const payload = URL.parse(name)?.searchParams.get("start") ?? name;
  if (isDeepLinkForm(payload)) return { payload };
  throw new UsageError("expected a link, or an id that bridge link list prints");
}

/** Whether a link works, and why not. */
export function stateOf(link: KeptDeepLink, nowMillis: number) {
  if (link.revokedAtMillis !== undefined) return "revoked";
  if ((link.expiresAtMillis ?? Number.POSITIVE_INFINITY) <= nowMillis) return "expired";
  return link.usedBy === undefined ? "works" : "used";
}

/** A link in the form of `--json`. */
export function factsOf(kept: KeptDeepLink, link: string, nowMillis: number) {
  const { id, source, campaign, contactId, expiresAtMillis, madeAtMillis, usedBy } = kept;
  return {
    id,
    source,
    campaign,
    contact: contactId ?? null,
    state: stateOf(kept, nowMillis),
    usedBy: usedBy ?? null,
    madeAt: timeOf(madeAtMillis),
    expiresAt: timeOf(expiresAtMillis),
    link,
  };
}

import type { Conversation } from "../model/conversation.ts";
import { SecretUnset } from "../model/runtime.ts";
import type { Now, Secret } from "../model/runtime.ts";
import type { DeepLink, DeepLinks, DeepLinkUse } from "../model/stores.ts";
import { isDeepLinkForm, readDeepLink } from "./deep-link.ts";
import type { DeepLinkKeys } from "./deep-link.ts";

/** Source, campaign and contact of a link. */
type Origin = Pick<DeepLink, "source" | "campaign" | "contactId">;

/** What the payload of a `/start` means for the customer's lead. */
export type StartLink =
  | ({ readonly kind: "ours" } & Origin)
  /** A marketer's payload, or one of the team's bot. */
  | { readonly kind: "not-ours"; readonly payload: string }
  | { readonly kind: "refused"; readonly why: "forged" }
  | ({
      readonly kind: "refused";
      readonly why: "expired" | "revoked" | "used-by-another-chat" | "chat-has-a-contact";
    } & Origin);

/** The facts for the decision about a payload. */
export type StartFacts = {
  readonly keys: DeepLinkKeys;
  readonly nowMillis: number;
  /** The store's answer for this payload. */
  readonly use: DeepLinkUse | undefined;
  readonly conversation: Pick<Conversation, "conversationId" | "contactId" | "contactLeftToAmocrm">;
};

/** Decides what a payload means. A link that names a contact must then be used up. */
export function judgeStartLink(
  payload: string,
  { keys, nowMillis, use = {}, conversation }: StartFacts,
): StartLink {
  const read = readDeepLink(payload, keys, nowMillis);
  if (read.kind === "not-ours") return { kind: "not-ours", payload };
  if (read.kind === "forged") return { kind: "refused", why: "forged" };
  const { source, campaign, contactId } = read.link;
  const origin = { source, campaign, ...(contactId === undefined ? {} : { contactId }) };
  const refused = (why: "expired" | "revoked" | "used-by-another-chat" | "chat-has-a-contact") =>
    ({ kind: "refused", why, ...origin }) as const;
  if (read.kind === "expired") return refused("expired");
  if (use.revokedAtMillis !== undefined) return refused("revoked");
  if (contactId === undefined) return { kind: "ours", ...origin };
  const { conversationId } = conversation;
  const { usedBy = conversationId } = use;
  if (usedBy !== conversationId) return refused("used-by-another-chat");
  const hasOther =
    conversation.contactId === undefined
      ? conversation.contactLeftToAmocrm === true
      : conversation.contactId !== contactId;
  return hasOther ? refused("chat-has-a-contact") : { kind: "ours", ...origin };
}

/** The parts that opening a link needs. */
export type StartLinkDependencies = {
  readonly keys: Secret<DeepLinkKeys>;
  readonly links: DeepLinks;
  readonly now: Now;
};

/**
 * Opens the link of a `/start`: reads the key and the store, decides, and uses up a link that names a
 * contact. It reads nothing for a payload that has not our form. An attempt may repeat it. Throws when
 * the store or the secret store does not answer.
 */
export async function openStartLink(
  payload: string,
  conversation: StartFacts["conversation"],
  { keys: secret, links, now }: StartLinkDependencies,
): Promise<StartLink> {
  if (!isDeepLinkForm(payload)) return { kind: "not-ours", payload };
  const nowMillis = now();
  const keys = await keysFor(payload, secret, nowMillis);
  const read = readDeepLink(payload, keys, nowMillis);
  const judge = (use: DeepLinkUse | undefined) =>
    judgeStartLink(payload, { keys, nowMillis, use, conversation });
  if (read.kind !== "ours") return judge(undefined);
  const judged = judge(await links.find(payload));
  if (judged.kind !== "ours" || judged.contactId === undefined) return judged;
  const { conversationId } = conversation;
  if (await links.useUp(payload, read.link, conversationId, nowMillis)) return judged;
  // Another chat or a person was faster.
  return judge((await links.find(payload)) ?? { usedBy: "another chat" });
}

/** The keys, read again when they do not fit: a person may have changed them since. */
async function keysFor(
  payload: string,
  secret: Secret<DeepLinkKeys>,
  nowMillis: number,
): Promise<DeepLinkKeys> {
  try {
    const keys = await secret.read();
    const isForged = readDeepLink(payload, keys, nowMillis).kind === "forged";
    return isForged ? await secret.reread() : keys;
  } catch (error) {
    // Without a key no link is ours. A customer's message does not wait for a person to set one.
    if (error instanceof SecretUnset) return { current: "" };
    throw error;
  }
}

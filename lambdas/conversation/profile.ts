import type { Conversation } from "../model/conversation.ts";
import type { CrmContacts, CrmTasks } from "../model/crm.ts";
import type { CustomerEvent, CustomerProfile } from "../model/message.ts";
import type { Logger } from "../model/runtime.ts";
import { PermanentFailure } from "../model/failure.ts";
import { userIdOf } from "../model/ids.ts";
import { followedBy } from "../delivery/attempt.ts";
import type { Decision, StepContext, StepResult } from "../delivery/attempt.ts";
import { withinMainApiLimits } from "../delivery/rate-limits.ts";
import { failureFields } from "../delivery/record-failure.ts";
import type { BridgeSettings } from "../delivery/settings.ts";
import type { StepOf } from "../delivery/step.ts";
import { placeInCrm } from "./crm-place.ts";
import type { MainApiLimits } from "./main-api-patience.ts";

const hourMillis = 3_600_000;
const dayMillis = 24 * hourMillis;

/**
 * The decision about a customer's message, and after all its steps, at most once a day, the step that keeps on the
 * contact who the customer is in Telegram. It is the last step, because a later attempt may leave it out.
 */
export function withProfile(
  decision: Decision,
  { conversationId, customer, profile, isOutgoing }: CustomerEvent,
  known: Conversation | undefined,
  { callsMainApi }: Pick<BridgeSettings, "callsMainApi">,
  nowMillis: number,
): Decision {
  if (decision.kind !== "steps" || !callsMainApi || isOutgoing === true) return decision;
  const isDue = nowMillis - (known?.profileCheckedAtMillis ?? 0) >= dayMillis;
  if (profile === undefined || !isDue) return decision;
  const userId = userIdOf(customer.id);
  const step = { name: "keep-profile", conversationId, userId, profile } as const;
  return followedBy(decision, [{ ...step, skip: "any-failure" }]);
}

/** The dependencies of keeping profiles. */
export type ProfileDependencies = MainApiLimits & {
  readonly contacts: Pick<CrmContacts, "isAvailable" | "writeProfile" | "contactOf">;
  readonly tasks: CrmTasks;
  readonly digest: (text: string) => string;
  readonly logger: Logger;
};

/**
 * Writes a changed profile into the fields of the chat's contact. In an account without these fields, a note
 * on the lead says the same. It tries once, and after a failure again an hour later at the earliest.
 */
export async function keepProfile(
  { conversationId, userId, profile }: StepOf<"keep-profile">,
  { conversations }: StepContext,
  deps: ProfileDependencies,
): Promise<StepResult> {
  const { contacts, tasks, digest, now, logger } = deps;
  const conversation = await conversations.find(conversationId);
  const { contactId, contactLinked, profileDigest } = conversation ?? {};
  const seen = digest(JSON.stringify([profile.username, profile.languageCode, profile.isPremium]));
  const known = { profileCheckedAtMillis: now(), profileDigest: seen };
  const isKnown = profileDigest === seen;
  if (isKnown || contactId === undefined || contactLinked !== true) {
    await conversations.update(conversationId, { profileCheckedAtMillis: now() });
    return { outcome: isKnown ? "unchanged" : "skipped" };
  }
  try {
    await withinMainApiLimits(
      conversationId,
      async () => {
        if (!(await contacts.isAvailable())) return;
        const isFirst = profileDigest === undefined;
        if (await contacts.writeProfile(contactId, { ...profile, userId, isFirst })) return;
        const place = await placeInCrm(conversation, deps);
        const text = `Telegram: ${profileInWords(userId, profile)}`;
        if (place !== undefined) await tasks.addNote(place.entity, text);
      },
      deps,
    );
  } catch (error) {
    logger.warn("ProfileNotKept", { conversationId, ...failureFields(error) });
    // A contact that is gone is found at the next look at its leads.
    const isRefused = error instanceof PermanentFailure;
    await conversations.update(conversationId, {
      profileCheckedAtMillis: now() - dayMillis + hourMillis,
      ...(isRefused ? { leadCheckedAtMillis: 0 } : {}),
    });
    throw error;
  }
  await conversations.update(conversationId, known);
  return {};
}

/** The same in every language: names, an address and codes. */
function profileInWords(
  userId: string,
  { username, languageCode, isPremium }: CustomerProfile,
): string {
  return [
    ...(username === undefined ? [] : [`@${username}`, profileLink(username)]),
    `id ${userId}`,
    ...(languageCode === undefined ? [] : [languageCode]),
    ...(isPremium === true ? ["Premium"] : []),
  ].join(" · ");
}

/**
 * The address under which anybody can write to the person.
 * @see https://core.telegram.org/api/links#public-username-links
 */
export function profileLink(username: string): string {
  return `https://t.me/${username}`;
}

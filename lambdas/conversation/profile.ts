import type { Conversation } from "../model/conversation.ts";
import type { CrmContacts, CrmTasks } from "../model/crm.ts";
import type { CustomerEvent, CustomerProfile } from "../model/message.ts";
import { bridgeEnvelope } from "../model/envelope.ts";
import type { BridgeEvent } from "../model/envelope.ts";
import type { EventQueue } from "../model/runtime.ts";
import { PermanentFailure } from "../model/failure.ts";
import { userIdOf } from "../model/ids.ts";
import { followedBy } from "../delivery/attempt.ts";
import type { Decision, StepContext, StepResult } from "../delivery/attempt.ts";
import { withinMainApiLimits } from "../delivery/rate-limits.ts";
import type { BridgeSettings } from "../delivery/settings.ts";
import type { StepOf } from "../delivery/step.ts";
import { placeInCrm } from "./crm-place.ts";
import type { MainApiLimits } from "./main-api-patience.ts";

const dayMillis = 24 * 3_600_000;

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
  return followedBy(decision, (done) =>
    done === 0 ? { ...step, skip: "any-failure" } : undefined,
  );
}

/** The dependencies of keeping profiles. */
export type ProfileDependencies = MainApiLimits & {
  readonly contacts: Pick<CrmContacts, "isAvailable" | "writeProfile" | "contactOf">;
  readonly tasks: CrmTasks;
  readonly toAmocrm: EventQueue;
  readonly digest: (text: string) => string;
};

/** The profile and the contact that has it. */
function digestOf(
  contactId: number,
  { username, languageCode, isPremium }: CustomerProfile,
  digest: (text: string) => string,
): string {
  return `${contactId}.${digest(JSON.stringify([username, languageCode, isPremium]))}`;
}

/** Compares the profile with the one that the contact has, and asks for the write of a changed one. */
export async function keepProfile(
  { conversationId, userId, profile }: StepOf<"keep-profile">,
  { conversations }: StepContext,
  { toAmocrm, digest, now }: Pick<ProfileDependencies, "toAmocrm" | "digest" | "now">,
): Promise<StepResult> {
  const { contactId, contactLinked, profileDigest } =
    (await conversations.find(conversationId)) ?? {};
  const isLinked = contactId !== undefined && contactLinked === true;
  const isKnown = isLinked && profileDigest === digestOf(contactId, profile, digest);
  if (isLinked && !isKnown) {
    // An event of its own: the customer's next message does not wait for the main API.
    const nowMillis = now();
    const event: BridgeEvent = { kind: "profile", conversationId, userId, ...profile };
    const group = `profile:${conversationId}`;
    await toAmocrm.put(bridgeEnvelope(event, { id: `${group}:${nowMillis}`, group, nowMillis }));
  }
  await conversations.update(conversationId, { profileCheckedAtMillis: now() });
  return isKnown ? { outcome: "unchanged" } : {};
}

/**
 * Writes the profile into the fields of the chat's contact. In an account without these fields, a note on the
 * lead says the same.
 */
export async function writeProfile(
  { conversationId, userId, profile }: StepOf<"write-profile">,
  { entry, conversations }: StepContext,
  deps: ProfileDependencies,
): Promise<StepResult> {
  const { contacts, tasks, digest } = deps;
  const conversation = await conversations.find(conversationId);
  const { contactId, profileDigest } = conversation ?? {};
  if (contactId === undefined || !(await contacts.isAvailable())) return { outcome: "skipped" };
  const isFirst = profileDigest?.startsWith(`${contactId}.`) !== true;
  const work = async (): Promise<boolean> => {
    if (await contacts.writeProfile(contactId, { ...profile, userId, isFirst })) return true;
    const place = await placeInCrm(conversation, deps);
    if (place === undefined) return false;
    const text = `Telegram: ${profileInWords(userId, profile)}`;
    const mayBeMade = entry.attempts > 0 || entry.ambiguous > 0;
    const isMade = mayBeMade && (await tasks.has(place.entity, "note", text));
    if (!isMade) await tasks.addNote(place.entity, text);
    return true;
  };
  const isWritten = await withinMainApiLimits(conversationId, work, deps).catch(
    async (error: unknown) => {
      // A contact that is gone is found at the next look at its leads.
      if (error instanceof PermanentFailure) {
        await conversations.update(conversationId, { leadCheckedAtMillis: 0 });
      }
      throw error;
    },
  );
  if (!isWritten) return { outcome: "skipped" };
  await conversations.update(conversationId, {
    profileDigest: digestOf(contactId, profile, digest),
  });
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

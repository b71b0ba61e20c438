import * as z from "zod/mini";
import type { Conversation } from "../model/conversation.ts";
import type { CustomerEvent } from "../model/message.ts";
import type { EventQueue, Logger, Now } from "../model/runtime.ts";
import type { CrmContacts, CrmEntity, CrmTasks } from "../model/crm.ts";
import { bridgeEnvelope, parseJson } from "../model/envelope.ts";
import type { BridgeEvent } from "../model/envelope.ts";
import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { AttemptConversations } from "../delivery/attempt-conversations.ts";
import type { StepContext, StepResult } from "../delivery/attempt.ts";
import { withinMainApiLimits } from "../delivery/rate-limits.ts";
import { textsForOperators } from "../delivery/settings.ts";
import type { BridgeSettings } from "../delivery/settings.ts";
import type { ConversationChanges, StepOf } from "../delivery/step.ts";
import { placeInCrm } from "./crm-place.ts";
import type { MainApiLimits } from "./main-api-patience.ts";
import { openStartLink } from "./start-link.ts";
import type { StartLink, StartLinkDependencies } from "./start-link.ts";

/** Where a customer came from. The next lead that the bridge makes for them gets it. */
export type Origin = { readonly source: string; readonly campaign: string };

/** A note that waits until the customer's lead is known. */
type PendingNote = {
  readonly id: string;
  readonly text: string;
  readonly tags: readonly string[];
};

const pendingNote = z.object({ id: z.string(), text: z.string(), tags: z.array(z.string()) });
const storedOrigin = z.object({ source: z.string(), campaign: z.string() });

/** A person can open links without end before the first message. */
const mostNotes = 10;

/** The origin that waits for the next lead. */
export function originOf({ origin = "" }: Pick<Conversation, "origin">): Origin | undefined {
  return z.safeParse(storedOrigin, parseJson(origin)).data;
}

/** The notes that wait for the lead. */
export function notesOf({ leadNotes = [] }: Pick<Conversation, "leadNotes">): PendingNote[] {
  return leadNotes.flatMap((note) => z.safeParse(pendingNote, parseJson(note)).data ?? []);
}

/** The dependencies of opening the link of a `/start`. */
export type StartDependencies = StartLinkDependencies & {
  readonly settings: BridgeSettings;
  readonly toAmocrm: EventQueue;
  readonly logger: Logger;
};

/**
 * Opens the link of a `/start` and remembers what it says: the contact of the chat, the origin of the next
 * lead, notes for operators. A link that does not work is logged, and the customer is greeted as ever.
 */
export async function openStart(
  { conversationId, startPayload }: CustomerEvent,
  eventId: string,
  conversations: AttemptConversations,
  deps: StartDependencies,
): Promise<void> {
  const { settings, toAmocrm, now, logger } = deps;
  if (startPayload === undefined || !settings.callsMainApi) return;
  const known = (await conversations.find(conversationId)) ?? { conversationId };
  const chat = {
    conversationId,
    ...(known.contactId === undefined ? {} : { contactId: known.contactId }),
    // The contact that amoCRM itself has made for the chat counts as well.
    contactLeftToAmocrm: known.amojoChatId !== undefined && known.contactId === undefined,
  };
  const start = await openStartLink(startPayload, chat, deps);
  if (start.kind === "refused") logger.warn("StartLinkRefused", { eventId, why: start.why });
  const news = startNews(start, eventId, known, settings);
  if (Object.keys(news).length > 0) await conversations.update(conversationId, news);
  if (start.kind === "refused" && start.why === "chat-has-a-contact") {
    const text = aboutContact(textsForOperators(settings).linkOfOther, start.contactId);
    const note = { id: `${eventId}:contact`, text, tags: [] };
    await askForNote(conversationId, note, { toAmocrm, now }, start.contactId);
  }
}

function aboutContact(text: string, contactId: number | undefined): string {
  return text.replace("{contact}", () => String(contactId));
}

/** What the conversation remembers of a `/start`. The first origin wins until a lead has it. */
export function startNews(
  start: StartLink,
  eventId: string,
  known: Conversation,
  settings: BridgeSettings,
): ConversationChanges {
  const texts = textsForOperators(settings);
  const noted = (text: string, tags: readonly string[] = []): ConversationChanges => {
    if (notesOf(known).some(({ id }) => id === eventId)) return {};
    const note = JSON.stringify({ id: eventId, text, tags } satisfies PendingNote);
    return { leadNotes: [...(known.leadNotes ?? []), note].slice(-mostNotes) };
  };
  const from = ({ source, campaign }: Origin): ConversationChanges => {
    const isFirst = originOf(known) === undefined;
    return isFirst ? { origin: JSON.stringify({ source, campaign } satisfies Origin) } : {};
  };
  switch (start.kind) {
    case "ours": {
      const { source, campaign, contactId } = start;
      const words = [source, campaign].filter((word) => word !== "");
      const isNew = contactId !== undefined && known.contactId === undefined;
      return {
        ...(isNew ? { contactId } : {}),
        ...from(start),
        ...noted(
          texts.cameFrom.replace("{from}", () => words.join(" / ")),
          words,
        ),
      };
    }
    case "not-ours": {
      const { payload } = start;
      const isSource = settings.sources.includes(payload);
      const origin = isSource ? from({ source: payload, campaign: "" }) : {};
      // Where a bot answers, the payload is the bot's.
      return settings.hasBot ? origin : { ...origin, ...noted(`start: ${payload}`) };
    }
    case "refused":
      if (start.why === "used-by-another-chat") {
        return noted(aboutContact(texts.linkUsed, start.contactId));
      }
      if (start.why === "chat-has-a-contact") {
        return noted(aboutContact(texts.linkOfOther, start.contactId));
      }
      return {};
  }
}

/** Asks for the notes that waited for the lead. Each is an event of its own, so it delays no message. */
export async function askForNotes(
  conversationId: string,
  conversations: AttemptConversations,
  deps: { readonly toAmocrm: EventQueue; readonly now: Now },
): Promise<void> {
  const known = await conversations.findAgain(conversationId);
  if (known === undefined) return;
  const notes = notesOf(known);
  if (notes.length === 0 && (known.origin ?? "") === "") return;
  for (const note of notes) await askForNote(conversationId, note, deps);
  // A start may have come meanwhile. Its note and its origin stay.
  const { leadNotes = [], origin = "" } = (await conversations.findAgain(conversationId)) ?? known;
  await conversations.update(conversationId, {
    leadNotes: leadNotes.filter((note) => !(known.leadNotes ?? []).includes(note)),
    ...(origin === known.origin ? { origin: "" } : {}),
  });
}

async function askForNote(
  conversationId: string,
  { id, text, tags }: PendingNote,
  { toAmocrm, now }: { readonly toAmocrm: EventQueue; readonly now: Now },
  contactId?: number,
): Promise<void> {
  const on = contactId === undefined ? {} : { contactId };
  const event: BridgeEvent = { kind: "note", conversationId, text, tags: [...tags], ...on };
  const group = `note:${conversationId}`;
  const envelope = bridgeEnvelope(event, { id: `note:${id}`, group, nowMillis: now() });
  await toAmocrm.put(envelope);
}

type NoteDependencies = MainApiLimits & {
  readonly tasks: CrmTasks;
  readonly contacts: Pick<CrmContacts, "contactOf">;
  readonly logger: Logger;
};

/** Writes a note and tags on the customer's lead, otherwise on the contact. */
export function addNote(
  { conversationId, contactId, text, tags }: StepOf<"add-note">,
  { entry, conversations }: StepContext,
  deps: NoteDependencies,
): Promise<StepResult> {
  const { tasks } = deps;
  const work = async (): Promise<StepResult> => {
    if (!(await tasks.isAvailable())) return { outcome: "skipped" };
    const entity =
      contactId === undefined
        ? (await placeInCrm(await conversations.find(conversationId), deps))?.entity
        : ({ type: "contacts", id: contactId } as const);
    if (entity === undefined) throw new TransientFailure("the chat has no contact yet");
    if (tags.length > 0) await addTags(entity, tags, conversationId, deps);
    const mayBeMade = entry.attempts > 0 || entry.ambiguous > 0 || entry.redrive !== undefined;
    if (mayBeMade && (await tasks.has(entity, "note", text))) return { outcome: "unchanged" };
    await tasks.addNote(entity, text);
    return {};
  };
  return withinMainApiLimits(conversationId, work, deps);
}

/** The note says the same as the tags, so it goes on without tags that amoCRM refuses. */
async function addTags(
  entity: CrmEntity,
  tags: readonly string[],
  conversationId: string,
  { tasks, logger }: NoteDependencies,
): Promise<void> {
  await tasks.addTags(entity, tags).catch((error: unknown) => {
    if (!(error instanceof PermanentFailure)) throw error;
    logger.warn("TagsRefused", { conversationId });
  });
}

import type { Conversation } from "../model/conversation.ts";
import type { Now, Logger } from "../model/runtime.ts";
import type { CustomerFiles, MediaStore } from "../model/messenger.ts";
import type { AttemptConversations } from "../delivery/attempt-conversations.ts";
import { reasonOf } from "../delivery/record-failure.ts";

/** Each look is a call and a write; a face changes less often than that. */
const lookEveryMillis = 7 * 86_400_000;

/** The public address of a customer's picture, if there is one. */
export type AvatarOf = (
  conversationId: string,
  userId: string,
  known: Conversation | undefined,
  conversations: AttemptConversations,
) => Promise<string | undefined>;

/**
 * What to write where a look for the picture is due, at most once a week. Written before the look: a
 * picture that cannot be had must not be asked for at every message.
 */
export function avatarLook(
  known: Conversation | undefined,
  nowMillis: number,
): { avatarLookedAtMillis?: number } {
  const { avatarLookedAtMillis = Number.NEGATIVE_INFINITY } = known ?? {};
  return nowMillis - avatarLookedAtMillis < lookEveryMillis
    ? {}
    : { avatarLookedAtMillis: nowMillis };
}

/**
 * ReconcileSchedule for a customer's picture where that is due by what is known, and keeps it like any file.
 * Whatever goes wrong, the message goes on with the picture known so far, or without.
 */
export function createAvatarOf(deps: {
  readonly files: CustomerFiles;
  readonly mediaStore: MediaStore;
  readonly now: Now;
  readonly logger: Logger;
}): AvatarOf {
  const { files, mediaStore, now, logger } = deps;
  return async (conversationId, userId, known, conversations) => {
    const { avatarPath } = known ?? {};
    const last = avatarPath === undefined ? undefined : mediaStore.addressOf(avatarPath);
    if (avatarLook(known, now()).avatarLookedAtMillis === undefined) return last;
    try {
      const photo = await files.profilePhoto(userId);
      if (photo === undefined) return last;
      const path = await mediaStore.keep({ ...(await files.open(photo)), fileName: undefined });
      await conversations.update(conversationId, { avatarPath: path });
      return mediaStore.addressOf(path);
    } catch (error) {
      logger.warn("AvatarNotKept", { conversationId, reason: reasonOf(error) });
      return last;
    }
  };
}

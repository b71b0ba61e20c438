import type { Conversation } from "../model/conversation.ts";
import type { Now, Logger } from "../model/runtime.ts";
import type { CustomerFiles, MediaStore } from "../model/messenger.ts";
import type { AttemptConversations } from "../delivery/attempt-conversations.ts";
import { reasonOf } from "../delivery/record-failure.ts";

/** Each check costs a call and a write. A customer changes the picture less often than this. */
const lookEveryMillis = 7 * 86_400_000;

/** The public address of a customer's picture; undefined when there is none. */
export type AvatarOf = (
  conversationId: string,
  userId: string,
  known: Conversation | undefined,
  conversations: AttemptConversations,
) => Promise<string | undefined>;

/**
 * The change that records a check for the picture; empty when no check is due. A check is due at most once a
 * week. The caller writes the change before the check. Otherwise the bridge would ask for a missing picture
 * at every message.
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
 * Checks for a customer's picture when the check is due by the known conversation, and keeps the picture like
 * any file. When something fails, the message goes on with the last known picture, or without one.
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

import { inspect } from "../adapters/files/sniff.ts";
import { createAvatarOf } from "../domain/avatar.ts";
import type { AvatarOf } from "../domain/avatar.ts";
import { createCarryOut } from "../domain/carry-out.ts";
import type { EchoGuard } from "../domain/echo.ts";
import { linkContact } from "../domain/link-contact.ts";
import { createOpenConversation } from "../domain/open-conversation.ts";
import { createSentMessages } from "../domain/sent-messages.ts";
import type { BridgeSettings } from "../domain/settings.ts";
import type { DeliveryPorts } from "./delivery.ts";

const avatarMillis = 4000;

/** What carries the steps of events out over the ports. */
export function composeCarryOut(
  { amocrm, telegram, stores, files, clock, logger }: DeliveryPorts,
  settings: BridgeSettings,
  echo: EchoGuard,
  hookIdOf: (amocrmMessageId: string) => Promise<string>,
) {
  const { crm, contacts, history } = amocrm;
  const { now } = clock;
  const { ledger, pauses, contactMarks, shownPieces, transcript } = stores;
  const { mediaStore, operatorFiles } = files;
  const linking = { contacts, contactMarks, pauses, now, logger };
  const openConversation = createOpenConversation({
    crm,
    contacts,
    linkContact: (conversation, person, conversations) =>
      linkContact(conversation, person, { ...linking, conversations }),
    avatarOf: unlessSlow(createAvatarOf({ files: telegram.files, mediaStore, now, logger })),
    hasBot: settings.hasBot,
    now,
  });
  const sentMessages = createSentMessages({ ledger, history, hookIdOf });
  return createCarryOut({
    showing: {
      settings,
      crm,
      openConversation,
      sentMessages,
      shownPieces,
      mediaStore,
      echo,
      now,
    },
    keeping: { files: telegram.files, mediaStore, now },
    sending: { messenger: telegram.messenger, operatorFiles, inspect },
    reporting: { crm, logger, now },
    transcript,
    now,
  });
}

/** A picture is worth no waiting: a message goes on without it. */
function unlessSlow(avatarOf: AvatarOf): AvatarOf {
  return (...asked) => {
    const patience = AbortSignal.timeout(avatarMillis);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    patience.addEventListener("abort", () => resolve(undefined));
    return Promise.race([avatarOf(...asked), promise]);
  };
}

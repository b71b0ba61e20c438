import type { CrmContent } from "../../ports/crm-chat.ts";

/** Kinds that amoCRM does not take without a size; nought stands for one that is not known. */
const sized: ReadonlySet<CrmContent["type"]> = new Set(["picture", "video", "file"]);
const timed: ReadonlySet<CrmContent["type"]> = new Set(["video", "voice", "audio"]);

/**
 * The message object. A caption goes out also when it is empty: an edit may have taken it away.
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
export function encodeContent(content: CrmContent) {
  switch (content.type) {
    case "text":
      return { type: content.type, text: content.text };
    case "emptied":
      // An edit that names no file leaves the one that is there.
      return { type: content.was, text: content.text };
    case "location": {
      const { type, text, latitude: lat, longitude: lon } = content;
      return { type, text, location: { lon, lat } };
    }
    case "contact": {
      const { type, name, phone } = content;
      return { type, contact: { name, phone } };
    }
    case "picture":
    case "video":
    case "voice":
    case "audio":
    case "file":
    case "sticker": {
      const { type, text, address, fileName, durationSeconds } = content;
      const sizeBytes = content.sizeBytes ?? (sized.has(type) ? 0 : undefined);
      return {
        type,
        text,
        media: address,
        file_name: fileName,
        ...(sizeBytes === undefined ? {} : { file_size: sizeBytes }),
        ...(durationSeconds === undefined || !timed.has(type)
          ? {}
          : { media_duration: Math.round(durationSeconds) }),
      };
    }
  }
}

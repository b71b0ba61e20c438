import { aRealM4a, aRealMp4, aRealPdf, aRealVoice, realMp3 } from "../support/real-files.ts";
import { aRealJpeg, aRealPng, realWebp } from "../support/real-pictures.ts";
import type { OperatorMessage } from "../../local/simulators/amocrm/operator-schemas.ts";
import { conversationOf, finalStatusOf } from "./bridge.ts";
import type { Bridge } from "./bridge.ts";

/** A file that an operator may attach. */
export type Attached = {
  readonly bytes: Buffer;
  readonly fileName: string;
  readonly contentType: string;
};
export type AttachedAs = NonNullable<OperatorMessage["attachments"]>[number]["type"];

/** One file of each kind, with real content. */
export const files = {
  jpeg: { bytes: aRealJpeg(), fileName: "door.jpg", contentType: "image/jpeg" },
  png: { bytes: aRealPng(), fileName: "plan.png", contentType: "image/png" },
  webp: { bytes: realWebp, fileName: "hi.webp", contentType: "image/webp" },
  pdf: { bytes: aRealPdf(), fileName: "Счёт № 7.pdf", contentType: "application/pdf" },
  mp4: { bytes: aRealMp4(), fileName: "yard.mp4", contentType: "video/mp4" },
  mp3: { bytes: realMp3, fileName: "song.mp3", contentType: "audio/mpeg" },
  m4a: { bytes: aRealM4a(), fileName: "voice.m4a", contentType: "audio/x-m4a" },
  voice: { bytes: aRealVoice(), fileName: "voice.ogg", contentType: "audio/ogg" },
} as const satisfies Readonly<Record<string, Attached>>;

/**
 * An operator sends something to this customer. Returns the final status that the operator saw and
 * what Telegram got.
 */
export async function operatorSends(bridge: Bridge, chatId: number, message: OperatorMessage) {
  const before = bridge.telegram.messages().length;
  const sent = await bridge.amocrm.operatorSends(conversationOf(chatId), message);
  const messageId = sent.at(-1)?.messageId ?? "";
  const status = await finalStatusOf(bridge, messageId);
  const messages = bridge.telegram.messages().slice(before);
  return { messageId, status, messages };
}

/** The same with files. */
export function operatorAttaches(
  bridge: Bridge,
  chatId: number,
  attached: readonly { readonly type: AttachedAs; readonly file: Attached }[],
  text?: string,
) {
  return operatorSends(bridge, chatId, {
    attachments: attached.map(({ type, file }) => ({
      type,
      id: bridge.amocrm.addAttachment(file).id,
    })),
    ...(text === undefined ? {} : { text }),
  });
}

/** The bytes of a file that Telegram got. */
export function bytesIn({ telegram }: Bridge, message?: { file?: { fileId: string } }): Buffer {
  return telegram.file(message?.file?.fileId ?? "") ?? Buffer.alloc(0);
}

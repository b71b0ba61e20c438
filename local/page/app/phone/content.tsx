import { FormattedText } from "../conversation/formatted-text.tsx";
import { Media, sizeText } from "../conversation/media.tsx";
import type { Form } from "../conversation/media.tsx";
import { t } from "../texts.ts";
import { kindOf, nameOf } from "./bot-api.ts";
import type { ApiFile, ApiMessage } from "./bot-api.ts";
import { Rich } from "./rich.tsx";
import { largest, telegramFile } from "./telegram-file.ts";

/** The content of a message as Telegram's apps show it, with its caption. */
export function Content({ message }: { message: ApiMessage }) {
  const kind = kindOf(message);
  return (
    <>
      {kind.known === undefined ? (
        <p class="soft">{t("otherKind", { kind: kind.field })}</p>
      ) : (
        <Known kind={kind.known} message={message} />
      )}
      {message.caption !== undefined && (
        <p class="text">
          <FormattedText text={message.caption} entities={message.caption_entities} />
        </p>
      )}
    </>
  );
}

type Known = Extract<ReturnType<typeof kindOf>, { readonly known: string }>["known"];

function Known({ kind, message }: { kind: Known; message: ApiMessage }) {
  switch (kind) {
    case "text":
      return (
        <p class="text">
          <FormattedText text={message.text ?? ""} entities={message.entities} />
        </p>
      );
    case "rich_message":
      return (
        <div class="text rich">
          <Rich value={message.rich_message?.blocks} />
        </div>
      );
    case "photo":
      return <Own form="picture" file={largest(message.photo)} name={t("picture")} />;
    case "live_photo":
      return (
        <>
          <Own form="picture" file={largest(message.photo)} name={t("picture")} />
          <Own form="film" file={message.live_photo} name={t("video")} />
        </>
      );
    case "video":
    case "video_note":
      return <Own form="film" file={message[kind]} name={t("video")} />;
    case "animation": {
      const isPicture = message.animation?.mime_type === "image/gif";
      return (
        <Own form={isPicture ? "picture" : "film"} file={message.animation} name={t("video")} />
      );
    }
    case "voice":
      return <Own form="sound" file={message.voice} name={t("voice")} />;
    case "audio":
      return <Own form="sound" file={message.audio} name={t("audio")} />;
    case "document":
      return <Own form="file" file={message.document} name={t("file")} />;
    case "sticker":
      return <Sticker sticker={message.sticker ?? {}} />;
    case "venue":
      return (
        <p>
          📍 <b>{message.venue?.title}</b> {message.venue?.address}
        </p>
      );
    case "location":
      return (
        <p>
          📍 {t("location")}: {message.location?.latitude}, {message.location?.longitude}
        </p>
      );
    case "contact":
      return (
        <p>
          👤 <b>{nameOf(message.contact ?? {})}</b> {message.contact?.phone_number}
        </p>
      );
    case "poll":
      return (
        <Choices
          title={`📊 ${message.poll?.question ?? ""}`}
          lines={(message.poll?.options ?? []).map(({ text = "" }) => `○ ${text}`)}
        />
      );
    case "checklist":
      return (
        <Choices
          title={message.checklist?.title ?? ""}
          lines={(message.checklist?.tasks ?? []).map(
            ({ text = "", completion_date: date = 0 }) => `${date > 0 ? "☑" : "☐"} ${text}`,
          )}
        />
      );
    case "dice":
      return (
        <p>
          {message.dice?.emoji} {message.dice?.value}
        </p>
      );
  }
}

function Own({ form, file, name }: { form: Form; file: ApiFile | undefined; name: string }) {
  if (file?.file_id === undefined) return <p class="soft">{name}</p>;
  const own = [file.file_name ?? file.title ?? name, form === "file" && sizeText(file.file_size)];
  const shown = own.filter(Boolean).join(", ");
  return <Media form={form} address={telegramFile(file.file_id)} name={shown} />;
}

function Sticker({ sticker }: { sticker: ApiFile }) {
  const { file_id: id = "", emoji = "", is_animated: isLottie, is_video: isVideo } = sticker;
  const name = `${t("sticker")} ${emoji}`;
  if (isLottie === true) return <p>{name}</p>;
  const form = isVideo === true ? "film" : "picture";
  return <Media form={form} address={telegramFile(id)} name={name} isSmall />;
}

function Choices({ title, lines }: { title: string; lines: readonly string[] }) {
  return (
    <>
      <p>
        <b>{title}</b>
      </p>
      <ul class="plain">
        {lines.map((line) => (
          <li>{line}</li>
        ))}
      </ul>
    </>
  );
}

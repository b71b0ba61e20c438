import type { ComponentChildren } from "preact";
import { markedAs } from "../conversation/formatted-text.tsx";
import { Media } from "../conversation/media.tsx";
import type { Form } from "../conversation/media.tsx";
import { t } from "../texts.ts";
import { largest, telegramFile } from "./telegram-file.ts";

/** Any program may send a message of any depth. The page draws as many levels as a person can tell apart. */
const mostLevels = 30;

type Fields = Readonly<Record<string, unknown>>;

/**
 * The blocks of a rich message, or a text of such a block: a string, a list of texts, or a text with a mark.
 * @see https://core.telegram.org/bots/api#richmessage
 */
export function Rich({ value, level = 0 }: { value: unknown; level?: number }) {
  if (level > mostLevels) return <>…</>;
  if (typeof value === "string") return <>{value}</>;
  if (Array.isArray(value)) {
    return (
      <>
        {value.map((each: unknown) => (
          <Rich value={each} level={level + 1} />
        ))}
      </>
    );
  }
  if (typeof value !== "object" || value === null) return null;
  return <Block block={value as Fields} level={level + 1} />;
}

function Block({ block, level }: { block: Fields; level: number }) {
  const inside = (value: unknown) => <Rich value={value} level={level} />;
  const { text, blocks, caption } = block;
  const type = String(block["type"]);
  switch (type) {
    case "paragraph":
    case "footer":
      return <p>{inside(text)}</p>;
    case "heading":
      return (
        <p>
          <b>{inside(text)}</b>
        </p>
      );
    case "divider":
      return <hr />;
    case "list":
      return <List items={block["items"]} inside={inside} />;
    case "blockquote":
    case "expandable_blockquote":
    case "pullquote":
      return (
        <blockquote>
          {inside(text ?? blocks)}
          {block["credit"] !== undefined && <p>— {inside(block["credit"])}</p>}
        </blockquote>
      );
    case "details":
      return (
        <details>
          <summary>{inside(block["summary"])}</summary>
          {inside(blocks)}
        </details>
      );
    case "table":
      return <Table rows={block["cells"]} caption={caption} inside={inside} />;
    case "map":
      return (
        <p>
          📍 {t("location")} {inside(caption)}
        </p>
      );
    case "photo":
    case "video":
    case "animation":
    case "audio":
    case "voice_note":
    case "document":
      return (
        <>
          <File type={type} value={block[type]} />
          {inside(caption)}
        </>
      );
    case "mathematical_expression":
      return <code>{inside(block["expression"])}</code>;
    default:
      return markedAs(
        type,
        inside([text, block["alternative_text"], blocks, caption, block["buttons"]]),
        typeof block["url"] === "string" ? block["url"] : "",
      );
  }
}

type Inside = (value: unknown) => ComponentChildren;

function List({ items, inside }: { items: unknown; inside: Inside }) {
  return (
    <ul class="plain">
      {listOf(items).map((item) => (
        <li>
          {labelOf(item)} {inside(item["blocks"])}
        </li>
      ))}
    </ul>
  );
}

function labelOf({ label, value, has_checkbox: hasBox, is_checked: isChecked }: Fields): string {
  if (hasBox === true) return isChecked === true ? "☑" : "☐";
  if (typeof label === "string") return label;
  return typeof value === "number" ? `${value}.` : "•";
}

function Table({ rows, caption, inside }: { rows: unknown; caption: unknown; inside: Inside }) {
  return (
    <table>
      <caption>{inside(caption)}</caption>
      <tbody>
        {listOf<unknown>(rows).map((row) => (
          <tr>
            {listOf(row).map((cell) => (
              <td>{inside(typeof cell === "string" ? cell : cell["text"])}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function File({ type, value }: { type: string; value: unknown }) {
  const file = type === "photo" ? largest(value) : (value as { file_id?: string } | undefined);
  const forms: Readonly<Record<string, Form>> = {
    photo: "picture",
    video: "film",
    animation: "film",
    audio: "sound",
    voice_note: "sound",
  };
  if (file?.file_id === undefined) return null;
  return <Media form={forms[type] ?? "file"} address={telegramFile(file.file_id)} name={type} />;
}

function listOf<Item = Fields>(value: unknown): readonly Item[] {
  return Array.isArray(value) ? (value as readonly Item[]) : [];
}

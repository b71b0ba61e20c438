import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { t } from "../texts.ts";
import { addressesIn, partsOf, safeAddress } from "./entities.ts";
import type { Entity, Part } from "./entities.ts";

/** A text with its entities. Without any, its addresses become links, as the vendors' apps show them. */
export function FormattedText({
  text,
  entities,
}: {
  text: string;
  entities?: readonly Entity[] | undefined;
}) {
  return <Parts parts={partsOf(text, entities ?? addressesIn(text))} />;
}

function Parts({ parts }: { parts: readonly Part[] }) {
  return <>{parts.map((part) => (typeof part === "string" ? part : <Marked {...part} />))}</>;
}

function Marked({ entity, parts }: Exclude<Part, string>) {
  const inner = <Parts parts={parts} />;
  return markedAs(entity.type, inner, entity.url ?? wordsOf(parts));
}

/** Content under a mark of the Bot API. Marks without a look of their own are left out. */
export function markedAs(type: string, inner: ComponentChildren, address: string) {
  switch (type) {
    case "bold":
      return <b>{inner}</b>;
    case "italic":
      return <i>{inner}</i>;
    case "underline":
      return <u>{inner}</u>;
    case "strikethrough":
      return <s>{inner}</s>;
    case "marked":
      return <mark>{inner}</mark>;
    case "code":
      return <code>{inner}</code>;
    case "pre":
      return <pre>{inner}</pre>;
    case "blockquote":
    case "expandable_blockquote":
      return <blockquote>{inner}</blockquote>;
    case "spoiler":
      return <Spoiler>{inner}</Spoiler>;
    case "url":
    case "text_link":
      return <Link address={address}>{inner}</Link>;
    case "mention":
    case "hashtag":
    case "bot_command":
    case "text_mention":
      return <span class="mention">{inner}</span>;
    default:
      return <>{inner}</>;
  }
}

/** A link that opens in another tab. Only the words where the address is of another protocol. */
export function Link({ address, children }: { address: string; children: ComponentChildren }) {
  const href = safeAddress(address);
  if (href === undefined) return <>{children}</>;
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}

function Spoiler({ children }: { children: ComponentChildren }) {
  const isShown = useSignal(false);
  if (isShown.value) return <span class="spoiler-shown">{children}</span>;
  return (
    <button
      type="button"
      class="spoiler"
      aria-label={t("showHidden")}
      onClick={() => (isShown.value = true)}
    >
      {t("hidden")}
    </button>
  );
}

function wordsOf(parts: readonly Part[]): string {
  return parts.map((part) => (typeof part === "string" ? part : wordsOf(part.parts))).join("");
}

import { visibleName } from "../../model/visible-name.ts";

/** A card is a stranger's: of a longer one than Telegram hands on (2,048 bytes) no more is read. */
const longestCard = 8_192;

type Property = {
  readonly name: string;
  /** Upper-case words beside the name, such as `CELL` or `ENCODING=B`. */
  readonly marks: readonly string[];
  readonly value: string;
};

/** What says nothing to a person: the form of the card, keys, and the pictures and sounds in it. */
const technical =
  /^(BEGIN|END|VERSION|PRODID|REV|UID|KEY|PHOTO|LOGO|SOUND|SORT-STRING|CLIENTPIDMAP|SOURCE|KIND|MAILER|CLASS|X-ABADR|X-ABUID|X-IMAGETYPE)$/;
/** Needs no name before it. */
const speaking = new Set(
  "FN N NICKNAME TEL EMAIL ORG TITLE ROLE ADR LABEL NOTE URL IMPP".split(" "),
);
/** Values of parts between semicolons. */
const structured = new Set(["N", "ADR", "ORG"]);
const silentMarks =
  /^(PREF|INTERNET|VOICE|UTF-8|VALUE=.*|CHARSET=.*|ENCODING=.*|LANGUAGE=.*|PID=.*|INDEX=.*)$/;

/**
 * All that a vCard says beside the name and number of its contact, a line each: numbers and addresses with
 * their types, everything else as it is written; what is no card as it is. Versions 2.1 to 4.0.
 * @see https://www.rfc-editor.org/rfc/rfc6350
 */
export function wordsOfCard(
  card: unknown,
  shown: { readonly name: string; readonly phone: string },
): string {
  if (typeof card !== "string") return "";
  const text = card.slice(0, longestCard).toWellFormed();
  const properties = propertiesOf(text);
  if (properties.length === 0) return visibleName(text) === undefined ? "" : text.trim();
  const hasName = properties.some(({ name }) => name === "FN");
  const lines = properties
    .filter(({ name }) => !technical.test(name) && !(name === "N" && hasName))
    .map((property) => ({ name: property.name, line: lineOf(property) }))
    .filter(({ name, line }) => line !== "" && !isShown(name, line, shown));
  return [...new Set(lines.map(({ line }) => line))].join("\n");
}

function propertiesOf(card: string): readonly Property[] {
  return unfolded(card).flatMap((line): Property[] => {
    const [, name = "", given = "", value = ""] =
      /^(?:[\w-]+\.)?([A-Za-z][\w-]*)((?:;(?:"[^"]*"|[^":;])*)*):(.*)$/s.exec(line) ?? [];
    if (name === "") return [];
    const marks = given
      .split(";")
      .flatMap((mark) =>
        mark
          .replace(/^TYPE=/i, "")
          .replaceAll('"', "")
          .toUpperCase()
          .split(","),
      )
      .filter(Boolean);
    const isBinary = marks.some((mark) => /^(ENCODING=)?(B|BASE64)$/.test(mark));
    if (isBinary || /^data:/i.test(value)) return [];
    const isPrintable = marks.some((mark) => /^(ENCODING=)?QUOTED-PRINTABLE$/.test(mark));
    return [{ name: name.toUpperCase(), marks, value: isPrintable ? printed(value) : value }];
  });
}

/** Lines that were cut for their length are one again, the older way of it included. */
function unfolded(card: string): readonly string[] {
  const lines: string[] = [];
  for (const line of card.split(/\r\n|\r|\n/)) {
    const last = lines.at(-1) ?? "";
    const isCut = /QUOTED-PRINTABLE[^:]*:/i.test(last) && last.endsWith("=");
    if (isCut) lines[lines.length - 1] = `${last.slice(0, -1)}${line}`;
    else if (/^[ \t]/.test(line) && lines.length > 0) lines[lines.length - 1] += line.slice(1);
    else lines.push(line);
  }
  return lines;
}

function printed(value: string): string {
  const bytes = value.replace(/=([0-9A-Fa-f]{2})|[^=]/gu, (char, hex?: string) =>
    hex === undefined ? encodeURIComponent(char) : `%${hex}`,
  );
  try {
    return decodeURIComponent(bytes);
  } catch {
    return value;
  }
}

function lineOf({ name, marks, value }: Property): string {
  const parts = structured.has(name) ? value.split(/(?<!\\);/) : [value];
  const text = parts.map(plain).filter(Boolean).join(", ");
  if (text === "") return "";
  const types = marks
    .filter((mark) => !silentMarks.test(mark) && mark !== "QUOTED-PRINTABLE")
    .map((mark) => mark.toLowerCase());
  const label = speaking.has(name) ? "" : `${name.replace(/^X-(AB)?/, "").toLowerCase()}: `;
  return `${label}${text}${types.length === 0 ? "" : ` (${types.join(", ")})`}`;
}

function plain(value: string): string {
  return value
    .replace(/^(tel|mailto):/i, "")
    .replace(/\\([nN])/g, "\n")
    .replace(/\\(.)/g, "$1")
    .replace(/^_\$!<(.*)>!\$_$/, "$1")
    .trim();
}

/** What stands in the contact already. */
function isShown(name: string, line: string, shown: { name: string; phone: string }): boolean {
  if (name === "FN" || name === "N") {
    const words = (text: string) =>
      text
        .toLowerCase()
        .split(/[\s,]+/)
        .sort()
        .join(" ")
        .trim();
    return words(line) === words(shown.name);
  }
  const digits = (text: string) => text.replace(/\D/g, "");
  return name === "TEL" && digits(line) === digits(shown.phone) && digits(line) !== "";
}

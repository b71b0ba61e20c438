import { visibleName } from "../../model/visible-name.ts";

/** A stranger writes the card, and Telegram gives at most 2,048 bytes. The bridge reads no more than this. */
const longestCard = 8_192;

type Property = {
  readonly name: string;
  /** Lower-case words about the property that people read, such as `cell`. */
  readonly types: readonly string[];
  /** An address in the form for a letter, in the card's words. */
  readonly label: string;
  readonly isBinary: boolean;
  readonly value: string;
};

/** Properties that say nothing to a person: the card's form, keys, pictures and sounds. */
const technical =
  /^(BEGIN|END|VERSION|PRODID|REV|UID|KEY|PHOTO|LOGO|SOUND|SORT-STRING|CLIENTPIDMAP|SOURCE|KIND|MAILER|CLASS|X-ABADR|X-ABUID|X-IMAGETYPE)$/;
/** Properties that need no name before them. */
const speaking = new Set(
  "FN N NICKNAME TEL EMAIL ORG TITLE ROLE ADR LABEL NOTE URL IMPP".split(" "),
);
/** Properties whose value has parts between semicolons. */
const structured = new Set(["N", "ADR", "ORG"]);
const silentTypes =
  /^(PREF|INTERNET|VOICE|UTF-8|QUOTED-PRINTABLE|BASE64|B|[78]BIT|URI|URL|TEXT|INLINE)$/i;

/**
 * The words of a vCard without the name and number of its contact, one line each. Numbers and addresses
 * have their types; other properties stay as written. A text that is no card stays as it is. Reads
 * versions 2.1 to 4.0.
 * @see https://www.rfc-editor.org/rfc/rfc6350
 */
export function wordsOfCard(
  card: unknown,
  shown: { readonly name: string; readonly phone: string },
): string {
  if (typeof card !== "string") return "";
  const text = card.slice(0, longestCard).toWellFormed();
  const properties = propertiesOf(text);
  if (!properties.some(({ name }) => name !== "")) return seen(text);
  const known = [
    shown.name,
    ...properties.flatMap(({ name, value }) => (name === "FN" ? value : [])),
  ];
  const lines = properties
    .filter(({ name, isBinary }) => !isBinary && !technical.test(name))
    .map((property) => ({ property, line: lineOf(property) }))
    .filter(({ property, line }) => line !== "" && !isShown(property, known, shown));
  return [...new Set(lines.map(({ line }) => line))].join("\n");
}

/** A line that is no property belongs to the line before it: programs break long values. Else it is a note. */
function propertiesOf(card: string): readonly Property[] {
  const properties: Property[] = [];
  for (const line of unfolded(card)) {
    const property = propertyIn(line);
    const last = properties.at(-1);
    if (property !== undefined) properties.push(property);
    else if (last === undefined || (technical.test(last.name) && !last.isBinary)) {
      properties.push({ name: "", types: [], label: "", isBinary: false, value: line });
    } else properties.splice(-1, 1, { ...last, value: `${last.value}\n${line}` });
  }
  return properties;
}

function propertyIn(line: string): Property | undefined {
  const [, name, given = "", value = ""] =
    /^(?:[\w-]+\.)?([A-Za-z][\w-]*)((?:;(?:"[^"]*"|[^":;])*)*):(.*)$/s.exec(line) ?? [];
  if (name === undefined) return undefined;
  const marks = [...given.matchAll(/;(?:([\w-]+)=)?((?:"[^"]*"|[^":;])*)/g)].map(
    ([, key = "TYPE", text = ""]) => ({ key: key.toUpperCase(), text: text.replaceAll('"', "") }),
  );
  const of = (wanted: string) => marks.flatMap(({ key, text }) => (key === wanted ? text : []));
  const types = [...of("TYPE"), ...of("X-SERVICE-TYPE")].flatMap((text) => text.split(","));
  const encodings = [...types, ...of("ENCODING")].map((encoding) => encoding.toUpperCase());
  const isBinary = /^data:/i.test(value) || encodings.some((each) => /^(B|BASE64)$/.test(each));
  const decoded = (part: string) =>
    encodings.includes("QUOTED-PRINTABLE") ? printed(part, of("CHARSET")) : part;
  const parts = structured.has(name.toUpperCase()) ? value.split(/(?<!\\);/) : [value];
  return {
    name: name.toUpperCase(),
    types: types
      .filter((type) => type !== "" && !silentTypes.test(type))
      .map((type) => type.toLowerCase()),
    label: plain(of("LABEL").join("\n")),
    isBinary,
    value: parts
      .map((part) => plain(decoded(part)))
      .filter(Boolean)
      .join(", "),
  };
}

/** Joins lines that a program cut for their length, also in the older way. */
function unfolded(card: string): readonly string[] {
  const lines: string[] = [];
  for (const line of card.split(/\r\n|\r|\n/)) {
    const last = lines.at(-1) ?? "";
    const isCut = /QUOTED-PRINTABLE[^:]*:/i.test(last) && last.endsWith("=");
    if (isCut) lines[lines.length - 1] = `${last.slice(0, -1)}${line}`;
    else if (/^[ \t]/.test(line) && lines.length > 0) lines[lines.length - 1] += line.slice(1);
    else lines.push(line);
  }
  return lines.filter((line) => line !== "");
}

/** Decodes letters in the named alphabet. Bytes that do not fit it stay as they are. */
function printed(value: string, [charset = "utf-8"]: readonly string[]): string {
  return value.replace(/(?:=[0-9A-Fa-f]{2})+/g, (run) => {
    try {
      const bytes = Buffer.from(run.replaceAll("=", ""), "hex");
      return new TextDecoder(charset, { fatal: true }).decode(bytes);
    } catch {
      return run;
    }
  });
}

function lineOf({ name, types, label, value }: Property): string {
  const beside = [...types, label].filter(Boolean).join(", ");
  if (value === "") return label;
  const isNamed = name !== "" && !speaking.has(name);
  const called = isNamed ? `${name.replace(/^X-(AB)?/, "").toLowerCase()}: ` : "";
  return `${called}${value}${beside === "" ? "" : ` (${beside})`}`;
}

function plain(value: string): string {
  return seen(
    value
      .replace(/^(tel|mailto):/i, "")
      .replace(/\\([nN])|\r\n?/g, "\n")
      .replace(/\\(.)/g, "$1")
      .replace(/^_\$!<(.*)>!\$_$/, "$1"),
  );
}

function seen(text: string): string {
  return visibleName(text) === undefined ? "" : text.trim();
}

/** True for a property that the contact already shows. */
function isShown(
  { name, value }: Property,
  known: readonly string[],
  shown: { phone: string },
): boolean {
  if (name === "FN" || name === "N") {
    const words = (text: string) => text.toLowerCase().split(/[\s,]+/);
    const others = new Set((name === "FN" ? known.slice(0, 1) : known).flatMap(words));
    return words(value).every((word) => others.has(word));
  }
  const digits = (text: string) => text.replace(/\D/g, "");
  return name === "TEL" && digits(value) === digits(shown.phone) && digits(value) !== "";
}

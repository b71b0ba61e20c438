/** A joiner is visible only between two pictures, because it joins them into one. */
const joiner = String.raw`(?<=\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d(?=\p{Extended_Pictographic})`;
/** A variation selector makes a picture of a sign. After a black flag, tags spell out whose flag it is. */
const style = String.raw`(?<=\p{Emoji})\ufe0f|(?<=\u{1f3f4}[\u{e0020}-\u{e007e}]*)[\u{e0020}-\u{e007f}]`;
/** Takes up room: line breaks and other controls, blanks of all widths, blanks of Braille and hieroglyphs. */
const blank = String.raw`[\p{Cc}\p{Z}\u2800\ufffc\u{13441}\u{13442}]`;
/**
 * Takes up no room: zero-width characters, direction marks and fillers, which are all "default
 * ignorable". Also marks of annotations, a note without a head, and half of a surrogate pair.
 */
const unseen = String.raw`[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\u{1d159}\u{16fe4}\p{Cs}]`;

const someCharacter = new RegExp(`(?!${blank}|${unseen}).`, "su");

/** True when a text has a visible character. A text without one counts as empty. */
export function canBeSeen(text: string): boolean {
  return someCharacter.test(text);
}

const pattern = new RegExp(`(${joiner}|${style})|(${blank})|${unseen}`, "gu");

/**
 * The name as one line of visible characters. Undefined when it has none. Other characters would break lines,
 * turn around the words next to the name, or make a contact that operators cannot read or find.
 * @see https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
export function visibleName(written: string | undefined): string | undefined {
  const seen = (written ?? "")
    .replace(pattern, (_, part?: string, room?: string) => part ?? (room === undefined ? "" : " "))
    .replace(/ +/g, " ")
    .trim();
  return seen === "" ? undefined : seen;
}

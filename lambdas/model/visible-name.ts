/** A joiner is part of what is seen between two pictures only, which it makes one. */
const joiner = String.raw`(?<=\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d(?=\p{Extended_Pictographic})`;
/** Makes a picture of a sign; spells out, behind a black flag, whose flag it is. */
const style = String.raw`(?<=\p{Emoji})\ufe0f|(?<=\u{1f3f4}[\u{e0020}-\u{e007e}]*)[\u{e0020}-\u{e007f}]`;
/** Takes up room: line breaks and other controls, blanks of all widths, those of Braille and hieroglyphs. */
const blank = String.raw`[\p{Cc}\p{Z}\u2800\ufffc\u{13441}\u{13442}]`;
/**
 * Takes up none: zero-width characters, marks of direction, fillers, all of them "default ignorable";
 * marks of annotations, a note without a head, half a character.
 */
const unseen = String.raw`[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\u{1d159}\u{16fe4}\p{Cs}]`;

const someCharacter = new RegExp(`(?!${blank}|${unseen}).`, "su");

/** Whether a text has a character that can be seen; without one it is as good as empty. */
export function canBeSeen(text: string): boolean {
  return someCharacter.test(text);
}

const pattern = new RegExp(`(${joiner}|${style})|(${blank})|${unseen}`, "gu");

/**
 * A name as one line of characters that can be seen; undefined where it has none. The others would break
 * lines, turn the words beside the name around, or make a contact that no operator can read or find.
 * @see https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
export function visibleName(written: string | undefined): string | undefined {
  const seen = (written ?? "")
    .replace(pattern, (_, part?: string, room?: string) => part ?? (room === undefined ? "" : " "))
    .replace(/ +/g, " ")
    .trim();
  return seen === "" ? undefined : seen;
}

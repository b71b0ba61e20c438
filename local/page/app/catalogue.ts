/** The languages of the page. Each text has both. */
export type Language = "en" | "ru";

/** A catalogue: every text in both languages. `{name}` stands for a value. */
export type Catalogue = Readonly<Record<string, Readonly<Record<Language, string>>>>;

/** A text with the values in the places of `{name}`. A value that is not given leaves its place empty. */
export function filled(
  text: string,
  values: Readonly<Record<string, string | number | undefined>>,
): string {
  return text.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => String(values[name] ?? ""));
}

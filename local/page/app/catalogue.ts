/** The languages of the page. Each text has both. */
export type Language = "en" | "ru";

/** A catalogue: every text in both languages. `{name}` stands for a value. */
export type Catalogue = Readonly<Record<string, Readonly<Record<Language, string>>>>;

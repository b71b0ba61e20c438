/** The languages the bridge writes in; each has its file of texts in `domain/texts/`. */
export const languages = ["en", "ru"] as const;

/** One of them; a customer of any other is answered in the first. */
export type Language = (typeof languages)[number];

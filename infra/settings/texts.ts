import * as z from "zod";
import { catalogue } from "../../lambdas/texts/texts.ts";
import { faultOf } from "../../lambdas/texts/override.ts";
import { languages } from "../../lambdas/model/conversation.ts";

/** All of a function's variables together may take 4 KB, as JSON; the sender's others take some 1.7. */
const mostTextsBytes = 2000;

/** A bridge's own words, by language and place; each place must exist and keep what is filled in. */
export const texts = z
  .partialRecord(z.enum(languages), z.record(z.string(), z.string("expected words in quotes")))
  .superRefine((overrides, context) => {
    for (const language of languages) {
      for (const [place, text] of Object.entries(overrides[language] ?? {})) {
        const message = faultOf(place, text, catalogue[language]);
        if (message !== undefined)
          context.addIssue({ code: "custom", message, path: [language, place] });
      }
    }
    // A variable is text, and the JSON of text has its quotes escaped.
    const bytes = Buffer.byteLength(JSON.stringify(JSON.stringify(overrides)));
    if (bytes <= mostTextsBytes) return;
    const message = `expected at most ${mostTextsBytes} bytes in all, of which a Cyrillic letter takes two`;
    context.addIssue({ code: "custom", message });
  });

import * as z from "zod";
import { catalogue, faultOf, textsByPlace } from "../../lambdas/texts/texts.ts";
import { languages } from "../../lambdas/model/conversation.ts";
import { withGuess } from "./did-you-mean.ts";

/**
 * All variables of a function together may have 4 KB, as JSON. The sender's other
 * variables have about 1.7 KB.
 */
export const mostTextsBytes = 2000;

/**
 * A bridge's own texts, by language and place. Each place must exist, and each text
 * must keep its placeholders.
 */
export const texts = z
  .partialRecord(z.enum(languages), z.record(z.string(), z.string("expected a text in quotes")))
  .superRefine((overrides, context) => {
    for (const language of languages) {
      for (const [place, text] of Object.entries(overrides[language] ?? {})) {
        const fault = faultOf(place, text, catalogue[language]);
        if (fault === undefined) continue;
        const places = Object.keys(textsByPlace(catalogue[language]));
        const message = places.includes(place) ? fault : withGuess(fault, place, places);
        context.addIssue({ code: "custom", message, path: [language, place] });
      }
    }
    // The texts go into a variable as a JSON string, which escapes their quotes. So JSON is applied twice.
    const bytes = Buffer.byteLength(JSON.stringify(JSON.stringify(overrides)));
    if (bytes <= mostTextsBytes) return;
    const message = `expected at most ${mostTextsBytes} bytes in total; a letter that is not ASCII needs two or more`;
    context.addIssue({ code: "custom", message });
  });

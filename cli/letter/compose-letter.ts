import { readFile } from "node:fs/promises";
import type { Language } from "../../lambdas/model/conversation.ts";
import { languageOfSupport, writeLetter } from "./letter.ts";
import type { Letter, LetterFacts } from "./letter.ts";

const mostIconBytes = 100_000;
const repository = new URL("../../", import.meta.url);

/** Writes the letter of a bridge and checks its icon. By default it uses the language of amoCRM's support. */
export async function composeLetter(facts: LetterFacts, language?: Language): Promise<Letter> {
  const letter = writeLetter(facts, language ?? languageOfSupport(facts));
  if (letter.attachment === undefined) return letter;
  const fault = await findIconFault(letter.attachment);
  return fault === undefined ? letter : { ...letter, missing: [...letter.missing, fault] };
}

/** Says where to add the missing facts of a letter. Undefined when the letter is complete. */
export function incompleteness({ missing }: Letter): string | undefined {
  if (missing.length === 0) return undefined;
  const lines = missing.map((each) => `\n  ${each}`).join("");
  return `the letter is not complete: fill in infra/stages.ts, there is no need to deploy again${lines}`;
}

async function findIconFault(path: string): Promise<string | undefined> {
  const setting = "amocrm.registration.icon";
  const bytes = await readFile(new URL(path, repository)).catch(() => undefined);
  if (bytes === undefined) return `${setting}: there is no file ${path} in the repository`;
  if (bytes.length > mostIconBytes) return `${setting}: ${path} has more than 100 KB`;
  return bytes.includes("<svg") ? undefined : `${setting}: ${path} is no SVG file`;
}

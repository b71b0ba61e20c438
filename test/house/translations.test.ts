import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
/** Pages in two languages. The first one is the original. */
const pairs = [
  ["README.md", "README.ru.md"],
  ["docs/support-lead.md", "docs/support-lead.ru.md"],
] as const;

/** The parts of a page under its headings of the second level, with the part before them. */
const partsOf = (page: string) => read(page).split(/^## .*\n/m);
const all = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, found = ""]) => found);
const codeBlock = /^ *```[^]*?^ *```$/gm;

/** What a translation of a part must repeat: everything but its words. */
function factsOf(part: string) {
  const prose = part.replace(codeBlock, "");
  const targets = all(prose, /\]\(([^)]+)\)/g);
  // A page or a picture that exists in both languages is linked in the reader's own.
  const links = targets.map((target) => target.replace(/[.-]ru(?=\.(md|png)\b)/, ""));
  const numbers = prose.replace(/\]\([^)]+\)|`[^`]+`/g, "").match(/\d+(?:\.\d+)?/g) ?? [];
  return {
    codeBlocks: part.match(codeBlock) ?? [],
    code: [...new Set(all(prose, /`([^`]+)`/g))].toSorted(),
    links: links.toSorted(),
    items: all(prose, /^ *(-|\d+\.|\|) /gm),
    numbers: numbers.toSorted(),
  };
}

describe.each(pairs)("%s and %s", (original, translation) => {
  test("have the same parts, with the same commands, settings, links, items and numbers", () => {
    const parts = partsOf(original);

    expect(parts.length).toBeGreaterThan(2);
    expect(partsOf(translation).map(factsOf)).toEqual(parts.map(factsOf));
  });

  test("link to each other at the top", () => {
    const top = (page: string) => read(page).split("\n").slice(0, 3).join("\n");
    const nameOf = (page: string) => page.split("/").at(-1) ?? "";

    expect(top(original)).toContain(`[Русский](${nameOf(translation)})`);
    expect(top(translation)).toContain(`[English](${nameOf(original)})`);
  });
});

test.each(["README.md", "README.ru.md"])("%s has at most 130 lines", (page) => {
  expect(read(page).trimEnd().split("\n").length).toBeLessThanOrEqual(130);
});

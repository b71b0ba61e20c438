import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const pagesIn = (folder: string) =>
  readdirSync(new URL(folder, root))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}${name}`);
const pages = [...pagesIn("./"), ...pagesIn("docs/"), ...pagesIn("docs/decisions/")];

describe("the documents", () => {
  test.each(pages)("%s links only to existing files", (page) => {
    const broken = [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !existsSync(new URL(target, new URL(page, root))));

    expect(broken).toEqual([]);
  });

  test.each(["CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md"])(
    "%s names only existing files",
    (page) => {
      const named = [...read(page).matchAll(/`([\w.-]+\/[\w./-]+\.(?:ts|md|json))`/g)];
      // The page of the architecture names files of lambdas without that folder.
      const missing = named
        .map(([, path = ""]) => path)
        .filter(
          (path) => ![path, `lambdas/${path}`].some((each) => existsSync(new URL(each, root))),
        );

      expect(named.length).toBeGreaterThan(5);
      expect(missing).toEqual([]);
    },
  );
});

test("the tests that docs/guarantees.md cites exist", () => {
  const tests = readdirSync(new URL("test/", root), { recursive: true, encoding: "utf8" });
  const path = "(?:unit|contract|integration|infra|local|simulation|house)/[\\w./-]+\\*?";
  const cited = [...read("docs/guarantees.md").matchAll(new RegExp(`\`(${path})\``, "g"))];
  const missing = cited
    .map(([, cite = ""]) => cite)
    .filter((cite) => {
      const stem = cite.replace(/\*$/, "");
      const ends = cite.endsWith("*") ? [stem] : [`${stem}.test.ts`, `${stem}/`, `${stem}.ts`];
      return !tests.some((each) => each === stem || ends.some((end) => each.startsWith(end)));
    });

  expect(cited.length).toBeGreaterThan(30);
  expect(missing).toEqual([]);
});

test.each(["README.md", "README.ru.md", "docs/costs-and-limits.md"])(
  "%s gives the month of a small shop as the table of the costs does",
  (page) => {
    const costs = read("docs/costs-and-limits.md");
    for (const row of ["all alarms", "no monitoring"]) {
      const [, usd = ""] =
        new RegExp(`^\\| ${row} +\\|.*\\| +([\\d.]+) \\|$`, "m").exec(costs) ?? [];
      const inTens = (Math.round(Number(usd) * 10) / 10).toFixed(2);

      expect(read(page)).toContain(`$${inTens}`);
    }
  },
);

describe("the decisions", () => {
  const decisions = pagesIn("docs/decisions/").filter((page) => /\/\d{4}-/.test(page));
  const rows = [
    ...read("docs/decisions/README.md").matchAll(/^\| \[(\d{4})\]\((\S+)\) *\| (.*?) *\|$/gm),
  ];

  test("are all in the list, under their titles, in order", () => {
    const listed = rows.map(([, number, file, title]) => ({ number, file, title }));
    const written = decisions.toSorted().map((page) => {
      const file = page.slice("docs/decisions/".length);
      return { number: file.slice(0, 4), file, title: read(page).split("\n")[0]?.slice(2) };
    });

    expect(listed).toEqual(written);
  });

  test.each(decisions)("%s has a status and a date", (page) => {
    expect(read(page)).toMatch(
      /^# .+\n\nStatus: (?:accepted|replaced by \d{4}), \d{4}-\d\d-\d\d\.\n/,
    );
  });
});

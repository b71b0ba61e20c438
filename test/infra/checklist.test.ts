import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

/** Every row as number, point, answer and evidence. */
const rows = read("docs/checklist.md")
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter(([, number = ""]) => /^\d+$/.test(number))
  .map(([, number = "", point = "", answer = "", behind = ""]) => ({
    number: Number(number),
    point,
    answer,
    behind,
  }));

/** A test by its file and, if given, its title. */
const named = rows.flatMap(({ number, behind }) =>
  [...behind.matchAll(/`(test\/[\w/.-]+\.test\.ts)`(?: "([^"]+)")?/g)].map(
    ([, file = "", title = ""]) => ({ number, file, title }),
  ),
);
const inCode = (title: string) => title.replaceAll('"', '\\"');

describe("the checklist", () => {
  test("has fifty points, each with an answer", () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    for (const { point, answer, behind } of rows) {
      expect(point).not.toBe("");
      expect(["yes", "half", "no"]).toContain(answer);
      expect(behind.length).toBeGreaterThan(20);
    }
  });

  test.each(named)("$number: $file has the test: $title", ({ file, title }) => {
    expect(existsSync(new URL(file, root))).toBe(true);
    expect(read(file)).toContain(inCode(title));
  });

  test.each(rows.filter(({ answer }) => answer === "yes"))(
    "$number has a test or a command: $point",
    ({ behind }) => {
      const commands = [...behind.matchAll(/`npm run ([\w-]+)/g)].map(([, name = ""]) => name);

      for (const name of commands) expect(Object.keys(scripts)).toContain(name);
      expect(behind).toMatch(/`test\/|`npm run |`npx (?:cdk|bridge) /);
    },
  );
});

import { describe, expect, test } from "@jest/globals";
import { circlesIn, closureOf, filesIn, folderSizes, importsOf, linesOf } from "./figures.ts";

const map = (imports: Readonly<Record<string, readonly string[]>>) =>
  new Map(Object.entries(imports));

describe("import circles", () => {
  test.each<{
    name: string;
    imports: Readonly<Record<string, readonly string[]>>;
    circles: string[][];
  }>([
    { name: "none", imports: { a: ["b", "c"], b: ["c"], c: [] }, circles: [] },
    { name: "two files", imports: { a: ["b"], b: ["a"], c: ["a"] }, circles: [["a", "b"]] },
    {
      name: "a long circle",
      imports: { a: ["b"], b: ["c"], c: ["d"], d: ["b"] },
      circles: [["b", "c", "d"]],
    },
    { name: "a file that imports itself", imports: { a: ["a"] }, circles: [["a"]] },
    {
      name: "two separate circles",
      imports: { a: ["b"], b: ["a"], c: ["d"], d: ["c", "a"] },
      circles: [
        ["a", "b"],
        ["c", "d"],
      ],
    },
  ])("are found: $name", ({ imports, circles }) => {
    expect(circlesIn(map(imports)).toSorted(([a = ""], [b = ""]) => a.localeCompare(b))).toEqual(
      circles,
    );
  });
});

test("a file's imports are followed and counted once", () => {
  const imports = map({ a: ["b", "c"], b: ["c"], c: ["a"], d: ["a"] });

  expect(closureOf("a", imports)).toEqual(["a", "b", "c"]);
});

describe("the repository's structure", () => {
  const imports = importsOf(["lambdas", "infra", "local", "cli", "bench", "test"].flatMap(filesIn));

  test("is read with type-only imports", () => {
    expect(imports.get("lambdas/delivery/retry.ts")).toContain("lambdas/model/failure.ts");
    expect(imports.get("lambdas/model/crm.ts")).toContain("lambdas/model/content.ts");
  });

  test("has no import circle", () => {
    expect(circlesIn(imports)).toEqual([]);
  });

  test("has few enough files behind every function", () => {
    const sizes = filesIn("lambdas/functions").map((file) => closureOf(file, imports).length);

    expect(sizes).toHaveLength(5);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(145);
  });

  test("has folders and files that are small enough", () => {
    const shipped = filesIn("lambdas");

    expect(Math.max(...folderSizes(shipped).values())).toBeLessThanOrEqual(15);
    expect(Math.max(...shipped.map(linesOf))).toBeLessThanOrEqual(300);
  });
});

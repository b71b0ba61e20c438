import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const tops = ["infra", "lambdas", "local", "cli", "bench", "test"] as const;

/** The files that a file imports, including type-only imports. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** All TypeScript files in a folder, relative to the repository. */
export function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.includes("node_modules"))
    .map((name) => join(folder, name))
    .toSorted();
}

/** Reads the imports of files that are in the repository. */
export function importsOf(files: readonly string[]): Imports {
  return new Map(
    files.map((file) => {
      const source = readFileSync(join(root, file), "utf8");
      const found = source.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+\.ts)"/g);
      const targets = [...found].map(([, path = ""]) =>
        relative(root, join(root, dirname(file), path)),
      );
      return [file, [...new Set(targets)]];
    }),
  );
}

/** A file and all files that it imports, directly or indirectly. */
export function closureOf(file: string, imports: Imports): string[] {
  const seen = new Set([file]);
  for (const each of seen) for (const next of imports.get(each) ?? []) seen.add(next);
  return [...seen];
}

/** Groups of files that import one another, found with Tarjan's algorithm. */
export function circlesIn(imports: Imports): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    low.set(file, order.get(file) ?? 0);
    stack.push(file);
    for (const next of imports.get(file) ?? []) {
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) {
        low.set(file, Math.min(low.get(file) ?? 0, low.get(next) ?? 0));
      }
    }
    if (low.get(file) !== order.get(file)) return;
    const circle = stack.splice(stack.indexOf(file));
    const isSelf = (imports.get(file) ?? []).includes(file);
    if (circle.length > 1 || isSelf) circles.push(circle.toSorted());
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return circles;
}

/** The number of lines of a file. */
export function linesOf(file: string): number {
  return readFileSync(join(root, file), "utf8").split("\n").length - 1;
}

/** The number of files directly in each folder. */
export function folderSizes(files: readonly string[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const file of files) {
    const folder = dirname(file);
    sizes.set(folder, (sizes.get(folder) ?? 0) + 1);
  }
  return sizes;
}

/** The structure's figures, for `npm run check`. */
export function figures() {
  const shipped = filesIn("lambdas");
  const files = tops.flatMap(filesIn);
  const imports = importsOf(files);
  const functions = shipped.filter((file) => /^lambdas\/(functions|entrypoints)\//.test(file));
  const code = files.filter((file) => !file.startsWith("test/"));
  const [largestFolder = ["", 0]] = [...folderSizes(shipped)].toSorted((a, b) => b[1] - a[1]);
  const [longest = ""] = code.toSorted((a, b) => linesOf(b) - linesOf(a));
  return {
    lines: tops.map((top) => {
      const inside = files.filter((file) => file.startsWith(`${top}/`));
      const lines = inside.reduce((sum, file) => sum + linesOf(file), 0);
      return { top, files: inside.length, lines };
    }),
    closures: functions.map((file) => ({ file, files: closureOf(file, imports).length })),
    circles: circlesIn(imports),
    largestFolder: { folder: largestFolder[0], files: largestFolder[1] },
    longestFile: { file: longest, lines: linesOf(longest) },
  };
}

import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { cachedAssembly, removeOld } from "../../local/host/assembly.ts";

/** A repository of a few files, and a synthesis that only counts. */
async function aRepository(base: string) {
  const root = await mkdtemp(join(base, "repository-"));
  const folder = join(root, ".local", "assemblies");
  const write = async (path: string, content: string) => {
    await mkdir(join(root, path, ".."), { recursive: true });
    await writeFile(join(root, path), content);
  };
  for (const path of ["cdk.json", "package.json", "package-lock.json", "tsconfig.json"]) {
    await write(path, "{}");
  }
  await write("infra/app.ts", "app");
  await write("lambdas/bot/answers.ts", "bot");
  const made: string[] = [];
  const make = async (target: string, stages: readonly string[] = []) => {
    made.push(stages.join());
    await mkdir(target, { recursive: true });
    await writeFile(join(target, "manifest.json"), `${made.length}`);
  };
  const assembly = (stage = "laptop", by = make) =>
    cachedAssembly(stage, folder, { root, make: by });
  return { root, folder, write, made, assembly };
}

describe("the assembly of a run", () => {
  let base: string;
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), "cached-assembly-"));
  });
  afterAll(() => rm(base, { recursive: true }));

  test("is made once while its inputs stay the same", async () => {
    const { assembly, made } = await aRepository(base);

    const first = await assembly();
    expect(await assembly()).toBe(first);
    expect(made).toEqual(["laptop"]);
    expect(await readdir(first)).toEqual(["manifest.json"]);
  });

  test.each(["infra/app.ts", "lambdas/bot/answers.ts", "package-lock.json", "cdk.json"])(
    "is made anew after a change of %s",
    async (path) => {
      const { assembly, made, write } = await aRepository(base);

      const first = await assembly();
      await write(path, "changed");
      expect(await assembly()).not.toBe(first);
      expect(made).toHaveLength(2);
    },
  );

  test.each(["infra/new.ts", "lambdas/texts/new.ts"])(
    "is made anew after a new file %s",
    async (path) => {
      const { assembly, made, write } = await aRepository(base);

      await assembly();
      await write(path, "new");
      await assembly();
      expect(made).toHaveLength(2);
    },
  );

  test("is another one for another stage", async () => {
    const { assembly, made } = await aRepository(base);

    expect(await assembly("laptop-on-request")).not.toBe(await assembly());
    expect(made).toEqual(["laptop-on-request", "laptop"]);
  });

  test("is not there after a synthesis that failed, and the error has the app's words", async () => {
    const { assembly, made, folder } = await aRepository(base);

    const failing = async () => {
      throw new Error("the app's words");
    };
    await expect(assembly("laptop", failing)).rejects.toThrow("the app's words");
    expect(await readdir(folder)).toEqual([]);
    await assembly();
    expect(made).toHaveLength(1);
  });

  test("is shared by two runs that make it at the same time", async () => {
    const { assembly, folder } = await aRepository(base);

    const [one, other] = await Promise.all([assembly(), assembly()]);
    expect(one).toBe(other);
    expect(await readdir(folder)).toHaveLength(1);
  });
});

test("old entries are removed, except the newest five and those of the last day", async () => {
  const folder = await mkdtemp(join(tmpdir(), "old-entries-"));
  const agesInDays = [0, 0.9, 2, 3, 4, 5, 0.5, 6];
  for (const [index, days] of agesInDays.entries()) {
    const path = join(folder, `${index}`);
    await writeFile(path, "");
    const time = new Date(Date.now() - days * 86_400_000);
    await utimes(path, time, time);
  }

  await removeOld(folder);

  expect((await readdir(folder)).toSorted()).toEqual(["0", "1", "2", "3", "6"]);
  for (let index = 10; index < 20; index += 1) await writeFile(join(folder, `${index}`), "");
  await removeOld(folder);
  expect(await readdir(folder)).toEqual(expect.arrayContaining(["0", "1", "6", "10", "19"]));
  await rm(folder, { recursive: true });
});

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keptCounts } from "../../../bench/counting/counts.ts";
import type { Counts } from "../../../bench/counting/counts.ts";

type Shipped = Parameters<typeof keptCounts>[0];

/** A repository of a few files with a bundle, and a count that only says how often it ran. */
async function aRepository(base: string) {
  const root = await mkdtemp(join(base, "repository-"));
  const write = async (path: string, content: string) => {
    await mkdir(join(root, path, ".."), { recursive: true });
    await writeFile(join(root, path), content);
  };
  for (const path of ["counting/run", "counting/counts", "world/table", "cost/prices"]) {
    await write(`bench/${path}.ts`, path);
  }
  await write("test/support/bodies.ts", "bodies");
  await write("test/simulation/aws/fifo-queue.ts", "queue");
  await write("local/http.ts", "server");
  await write("infra/stages.ts", "stages");
  const variables = { LEASE_SECONDS: "95" };
  const shipped = {
    functions: {
      DeliverySender: { hash: "sender", bundle: "/assets/sender/index.mjs", variables },
    },
    tables: {},
  } as unknown as Shipped;
  let made = 0;
  const make = async () => ({ number: (made += 1) }) as unknown as Counts;
  const counts = (of: Shipped = shipped) => keptCounts(of, make, root);
  return { root, write, shipped, counts };
}

describe("the counts of the bills", () => {
  let base: string;
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), "kept-counts-"));
  });
  afterAll(() => rm(base, { recursive: true }));

  test("are made once while their inputs stay the same, and say since when", async () => {
    const { counts } = await aRepository(base);

    expect(await counts()).toEqual({ value: { number: 1 } });
    expect(await counts()).toEqual({
      value: { number: 1 },
      since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  });

  test.each([
    "bench/counting/run.ts",
    "bench/counting/a-new-file.ts",
    "bench/counting/counts.ts",
    "bench/world/table.ts",
    "test/support/bodies.ts",
    "test/simulation/aws/fifo-queue.ts",
    "local/http.ts",
  ])("are made again after a change of %s", async (path) => {
    const { counts, write } = await aRepository(base);

    await counts();
    await write(path, "changed");
    expect(await counts()).toEqual({ value: { number: 2 } });
  });

  test.each<{ name: string; changed: object }>([
    { name: "a bundle", changed: { hash: "another" } },
    { name: "what the template says", changed: { variables: { LEASE_SECONDS: "90" } } },
  ])("are made again after a change of $name", async ({ changed }) => {
    const { counts, shipped } = await aRepository(base);

    await counts();
    const DeliverySender = { ...shipped.functions.DeliverySender, ...changed };
    const functions = { ...shipped.functions, DeliverySender };
    expect(await counts({ ...shipped, functions })).toEqual({ value: { number: 2 } });
  });

  test.each(["bench/cost/prices.ts", "infra/stages.ts"])(
    "stay after a change of %s, which is not counted",
    async (path) => {
      const { counts, write } = await aRepository(base);

      await counts();
      await write(path, "changed");
      expect(await counts()).toMatchObject({ value: { number: 1 } });
    },
  );

  test("stay for the same bundles in another folder", async () => {
    const { counts, shipped } = await aRepository(base);

    await counts();
    const moved = { ...shipped.functions.DeliverySender, bundle: "/elsewhere/index.mjs" };
    const functions = { ...shipped.functions, DeliverySender: moved };
    expect(await counts({ ...shipped, functions })).toMatchObject({ value: { number: 1 } });
  });

  test("are not stored when counting fails", async () => {
    const { root, shipped, counts } = await aRepository(base);

    const failing = async () => {
      throw new Error("A message was not delivered.");
    };
    await expect(keptCounts(shipped, failing, root)).rejects.toThrow("was not delivered");
    expect(await readdir(root)).not.toContain(".local");
    expect(await counts()).toEqual({ value: { number: 1 } });
  });
});

import { appendFile, cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { quotedIn, startOperatedLaptop } from "./procedure.ts";

let directory: string;
let assemblyRoot: string;
let laptop: Awaited<ReturnType<typeof startOperatedLaptop>>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "bridge-versions-"));
  assemblyRoot = join(directory, "cdk.out");
  await cp(process.env["BRIDGE_TEST_ASSEMBLY"] ?? "", assemblyRoot, { recursive: true });
  laptop = await startOperatedLaptop({ assemblyRoot });
});
afterAll(async () => {
  await laptop.close();
  await rm(directory, { recursive: true });
});

/** Replaces every function's code, as a deployment does. The log shows which code it is. */
const deploy = async (version: string) => {
  const names = await readdir(assemblyRoot, { recursive: true });
  const bundles = names.filter((name) => name.endsWith("index.mjs"));
  expect(bundles.length).toBeGreaterThanOrEqual(4);
  for (const bundle of bundles) {
    await appendFile(join(assemblyRoot, bundle), `\nconsole.info({ fact: "${version}" });\n`);
  }
  laptop.restart();
};

test("messages in flight while every function is rolled back to other code arrive, in order", async () => {
  const [, redrive = []] = quotedIn("Going back a version");
  await laptop.aCustomer(91);
  await laptop.aCustomer(92);
  const slow = { delayMillis: 3000, dropRequest: true };
  laptop.telegram.faults.add({ match: "sendMessage", chatId: "91", ...slow });
  laptop.amocrm.faults.add({ match: "POST /v2/origin", ...slow });
  await laptop.operatorSays(91, "in flight");
  await laptop.operatorSays(91, "behind it");
  await laptop.customerSays(92, "in flight too");
  await new Promise((resolve) => setTimeout(resolve, 700));

  await deploy("TheVersionBefore");
  await laptop.operatorSays(91, "to the other code");
  await laptop.customerSays(92, "and from it");

  const toCustomer = ["in flight", "behind it", "to the other code"];
  expect(await laptop.customerHas(91, toCustomer)).toEqual(toCustomer);
  const toOperator = ["hello", "in flight too", "and from it"];
  expect(await laptop.operatorHas(92, toOperator)).toEqual(toOperator);
  for (const stem of ["telegram-webhook", "amocrm-webhook", "delivery-sender"]) {
    await laptop.logged(`${stem} of the other version`, `${stem}: `, "TheVersionBefore");
  }
  const [listed, sent] = await laptop.follow(redrive);
  expect(listed).toMatchObject({ code: 0, output: "nothing is parked\n" });
  expect(sent).toMatchObject({ code: 0, output: "nothing to send again\n" });
});

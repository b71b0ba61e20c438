import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { main } from "../../../../cli/main.ts";
import { aTerminal } from "../../../support/terminal.ts";

test("docs/doctor.md lists every check that --list prints, with the same text and order", async () => {
  const terminal = aTerminal();
  await main(["doctor", "--list", "--json"], terminal);
  const { checks } = JSON.parse(terminal.output()) as { checks: { id: string; title: string }[] };
  const page = readFileSync(new URL("../../../../docs/doctor.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `([a-z-]+)` +\| (.+?) +\|$/gm)].map(([, id, title]) => ({
    id,
    title,
  }));

  expect(rows).toEqual(checks.map(({ id, title }) => ({ id, title })));
});

import { describe, expect, test } from "@jest/globals";
import { useLaptop } from "./laptop.ts";

describe.each([
  { HAND_OFF: "always", names: ["start", "help", "operator", "language"] },
  { HAND_OFF: "on-request", names: ["start", "help", "operator", "language", "end"] },
])("bridge webhook with HAND_OFF=$HAND_OFF", ({ HAND_OFF, names }) => {
  const laptop = useLaptop({ HAND_OFF });

  type Commands = { command: string; description: string }[];
  const menuIn = (query: string) => laptop.askBot<Commands>(`getMyCommands?${query}`);

  test(`set registers /${names.join(" /")} in every language`, async () => {
    const first = await laptop.ask(["webhook", "set"]);
    const again = await laptop.ask(["webhook", "set"]);

    expect(first).toMatchObject({ code: 0, json: { commands: names, commandsChanged: true } });
    expect(again).toMatchObject({ code: 0, json: { commandsChanged: false } });
    const menus = await Promise.all(
      ["", ...["en", "ru", "pt", "es"].map((code) => `language_code=${code}`)].map(menuIn),
    );
    for (const menu of menus) expect(menu.map(({ command }) => command)).toEqual(names);
    expect(menus.map((menu) => menu[2]?.description)).toEqual([
      "Call an operator",
      "Call an operator",
      "Позвать оператора",
      "Chamar um atendente",
      "Llamar a un agente",
    ]);
  });

  test("info reports changed commands, and set --take-over fixes them", async () => {
    await laptop.bridge(["webhook", "set"]);
    const others = encodeURIComponent(JSON.stringify([{ command: "x", description: "y" }]));
    await laptop.askBot(`setMyCommands?language_code=ru&commands=${others}`);

    const drifted = await laptop.ask(["webhook", "info"]);
    const refused = await laptop.bridge(["webhook", "set"]);
    const mended = await laptop.bridge(["webhook", "set", "--take-over"]);
    const after = await laptop.ask(["webhook", "info"]);

    const differences = ['the commands in "ru" differ'];
    expect(drifted).toMatchObject({ code: 1, json: { isOurs: true, differences } });
    expect(drifted.errors).toContain("fix it with npx bridge webhook set --take-over");
    expect(refused).toMatchObject({ code: 1, output: "" });
    expect(mended.output).toContain(`commands set: /${names.join(" /")}\n`);
    expect(after).toMatchObject({ code: 0, json: { differences: [] } });
  });
});

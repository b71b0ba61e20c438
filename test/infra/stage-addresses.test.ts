import { describe, expect, test } from "@jest/globals";
import { readStages } from "../../infra/settings/read-stages.ts";
import { aBridge, aStage } from "./synthesize.ts";

const kommo = "https://amojo.kommo.com";
const read = (amocrm: object) =>
  readStages({ test: { ...aStage, bridges: { main: { ...aBridge, amocrm } } } });

describe("the addresses of an account and of its chat service", () => {
  test.each([
    { origin: "https://example.amocrm.ru" },
    { origin: "https://example.amocrm.com", amojoOrigin: "https://amojo.amocrm.com" },
    { origin: "https://example.kommo.com", amojoOrigin: kommo },
  ])("fit: $origin", (amocrm) => {
    expect(() => read(amocrm)).not.toThrow();
  });

  test.each([
    { origin: "https://example.kommo.com", field: "amojoOrigin", expected: kommo },
    {
      origin: "https://example.amocrm.ru",
      amojoOrigin: kommo,
      field: "amojoOrigin",
      expected: "and only for such an account",
    },
    {
      origin: "https://amojo.amocrm.ru",
      field: "origin",
      expected: "expected the account's own address",
    },
  ])("are refused: $origin, $amojoOrigin", ({ field, expected, ...amocrm }) => {
    expect(() => read(amocrm)).toThrow(`Stage "test", bridge "main", amocrm.${field}: `);
    expect(() => read(amocrm)).toThrow(expected);
  });
});

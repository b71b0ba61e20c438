import { describe, expect, test } from "@jest/globals";
import { closest } from "../../infra/settings/did-you-mean.ts";

const commands = ["doctor", "discard", "disconnect", "status", "secret", "trace", "kill"];
const languages = ["en", "ru", "pt", "es"];
const regions = ["eu-central-1", "eu-central-2", "us-east-1", "us-east-2"];

describe("a near word is found:", () => {
  test.each([
    { slip: "a missing letter", word: "doctr", candidates: commands, found: "doctor" },
    { slip: "a letter too many", word: "killl", candidates: commands, found: "kill" },
    { slip: "a wrong letter", word: "trece", candidates: commands, found: "trace" },
    { slip: "two letters swapped", word: "sttaus", candidates: commands, found: "status" },
    {
      slip: "letters swapped at the beginning",
      word: "rtace",
      candidates: commands,
      found: "trace",
    },
    { slip: "another case", word: "DOCTOR", candidates: commands, found: "doctor" },
    { slip: "a longer form", word: "rus", candidates: languages, found: "ru" },
    { slip: "another separator", word: "eu_central_1", candidates: regions, found: "eu-central-1" },
    {
      slip: "two at the same distance",
      word: "us-east-3",
      candidates: regions,
      found: "us-east-1",
    },
    { slip: "the word itself", word: "status", candidates: commands, found: "status" },
  ])("$slip, $word", ({ word, candidates, found }) => {
    expect(closest(word, candidates)).toBe(found);
  });
});

describe("nothing is suggested for", () => {
  test.each([
    { what: "another word", word: "deploy", candidates: commands },
    { what: "another word of two letters", word: "de", candidates: languages },
    { what: "an empty word", word: "", candidates: commands },
    { what: "no candidates", word: "doctor", candidates: [] },
  ])("$what", ({ word, candidates }) => {
    expect(closest(word, candidates)).toBeUndefined();
  });
});

import { expect, test } from "@jest/globals";
import { agoOf, durationOf, timeOf } from "../../../cli/output.ts";

const minute = 60_000;

test.each([
  { millis: -5000, printed: "0 seconds" },
  { millis: 1000, printed: "1 second" },
  { millis: 119_000, printed: "119 seconds" },
  { millis: 2 * minute, printed: "2 minutes" },
  { millis: 119 * minute, printed: "119 minutes" },
  { millis: 2 * 60 * minute, printed: "2 hours" },
  { millis: 3 * 24 * 60 * minute, printed: "3 days" },
])("$millis ms are printed as $printed", ({ millis, printed }) => {
  expect(durationOf(millis)).toBe(printed);
  expect(agoOf(1_000_000 - millis, 1_000_000)).toBe(`${printed} ago`);
});

test("a moment is printed in ISO 8601, and null where there is none", () => {
  expect(timeOf(0)).toBe("1970-01-01T00:00:00.000Z");
  expect(timeOf(undefined)).toBeNull();
});

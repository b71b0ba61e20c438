import { createHash } from "node:crypto";
import { expect, test } from "@jest/globals";
import { renderReport } from "../../../local/page/report/render.ts";
import type { Report } from "../../../local/page/report/report.ts";

const canary = `<img src=x onerror="alert(1)">`;
const report: Report = {
  title: `Message ${canary}`,
  reader: { language: "en", timeOf: (millis) => new Date(millis).toISOString() },
  madeAtMillis: 0,
  gap: canary,
  sections: [
    {
      heading: canary,
      items: [
        { atMillis: 1000, place: canary, sentence: "accepted it", tone: "plain" },
        { place: "sender", sentence: canary, tone: "warn" },
        { atMillis: 3500, place: "ledger", sentence: "sent", tone: "good" },
      ],
      rows: [[canary, canary]],
      next: canary,
    },
  ],
};

test("a report shows every line with its time and the seconds since the first", async () => {
  const html = await renderReport(report);
  const text = html.replaceAll(/<style>.*<\/style>/gs, "").replaceAll(/<[^>]+>/g, "|");

  expect(text).toContain("1970-01-01T00:00:01.000Z");
  expect(text).toMatch(/1970-01-01T00:00:03\.500Z\|+ \+2\.5 s\|+ledger\|+sent/);
  expect(text).toContain("Made at 1970-01-01T00:00:00.000Z");
});

test("a report is one file: no script, no address, and texts are texts", async () => {
  const html = await renderReport(report);

  expect(html).not.toMatch(/<(?:script|img|link|iframe)\b/i);
  expect(html).not.toMatch(/https?:/);
  expect(html).not.toMatch(/url\(/);
  expect(html.split("&lt;img src=x").length - 1).toBe(9);
});

test("its policy allows its own styles and nothing else", async () => {
  const html = await renderReport(report);
  const [, css = ""] = /<style>(.*)<\/style>/s.exec(html) ?? [];
  const [, policy = ""] = /Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
  const digest = createHash("sha256").update(css).digest("base64");

  expect(policy).toBe(
    `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`,
  );
});

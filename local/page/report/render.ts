import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { h } from "preact";
import type { ComponentChild } from "preact";
import { renderToString } from "preact-render-to-string";
import { Timeline } from "../app/way/timeline.ts";
import { say } from "../app/way/told.ts";
import type { Reader } from "../app/way/told.ts";
import type { Report, ReportSection } from "./report.ts";

const made = {
  en: "Made at {time}. All times are UTC. This page has no text, name or phone of a person.",
  ru: "Составлено {time}. Всё время — UTC. Здесь нет текстов, имён и телефонов людей.",
} as const;

const styles = ["report.css", "../app/way/timeline.css"];

/** The whole page in one text: no script, nothing from elsewhere, and a policy that allows neither. */
export async function renderReport(report: Report): Promise<string> {
  const { title, reader, madeAtMillis, gap, sections } = report;
  const sheets = styles.map((file) => readFile(new URL(file, import.meta.url), "utf8"));
  const css = (await Promise.all(sheets)).join("\n");
  const digest = createHash("sha256").update(css).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`;
  const page = h("html", { lang: reader.language }, [
    h("head", {}, [
      h("meta", { charset: "utf-8" }),
      h("meta", { "http-equiv": "Content-Security-Policy", content: policy }),
      h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      h("title", {}, title),
      // Our own styles. The policy names the digest of exactly these characters.
      h("style", { dangerouslySetInnerHTML: { __html: css } }),
    ]),
    h("body", {}, [
      h("main", {}, [
        h("h1", {}, title),
        h("p", { class: "soft" }, say(made, reader, { time: reader.timeOf(madeAtMillis) })),
        gap !== undefined && h("p", { class: "tone-warn" }, gap),
        ...sections.map((section) => sectionOf(section, reader)),
      ]),
    ]),
  ]);
  return `<!doctype html>\n${renderToString(page)}\n`;
}

function sectionOf({ heading, items, rows, next }: ReportSection, reader: Reader): ComponentChild {
  return h("section", {}, [
    heading !== undefined && h("h2", {}, heading),
    items !== undefined && h(Timeline, { items, reader }),
    rows !== undefined &&
      h(
        "dl",
        {},
        rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
      ),
    next !== undefined && h("p", { class: "soft" }, next),
  ]);
}

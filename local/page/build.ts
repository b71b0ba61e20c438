import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The page's own script and styles, by path. */
export type PageFiles = ReadonlyMap<string, { readonly type: string; readonly body: string }>;

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>amocrm-telegram-bridge</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/page.css">
    <script type="module" src="/page.js"></script>
  </head>
  <body></body>
</html>
`;

/** Bundles the page from its sources. It takes a fraction of a second, and needs no network. */
export async function buildPage(): Promise<PageFiles> {
  const { outputFiles } = await build({
    entryPoints: {
      page: fileURLToPath(new URL("app/main.tsx", import.meta.url)),
      styles: fileURLToPath(new URL("app/page.css", import.meta.url)),
    },
    outdir: "/",
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    minify: true,
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "silent",
  });
  const textOf = (ending: string) =>
    outputFiles
      .filter(({ path }) => path.endsWith(ending))
      .map(({ text }) => text)
      .join("\n");
  return new Map([
    ["/", { type: "text/html; charset=utf-8", body: html }],
    ["/page.js", { type: "text/javascript; charset=utf-8", body: textOf(".js") }],
    ["/page.css", { type: "text/css; charset=utf-8", body: textOf(".css") }],
  ]);
}

import { readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { zipSync } from "fflate";
import type { Registration } from "../../infra/settings/registration.ts";
import { CommandFailure } from "../command.ts";
import { widgetTexts } from "./texts.ts";

/**
 * The pictures that an archive must have: the icon of infra/icon.svg in amoCRM's sizes.
 * @see https://www.amocrm.ru/developers/content/integrations/structure
 */
const pictures = new URL("images/", import.meta.url);
/** The first day that the format knows: the same files give the same archive. */
const mtime = new Date(1980, 0, 1);

/** The widget does nothing on amoCRM's pages. It exists so that the integration may have sources. */
const script = `define([], function () {
  return function () {
    var yes = function () {
      return true;
    };
    this.callbacks = {
      render: yes,
      init: yes,
      bind_actions: yes,
      settings: yes,
      onSave: yes,
      onInstall: yes,
      onAddAsSource: yes,
      destroy: yes,
    };
    return this;
  };
});
`;

const languages = Object.keys(widgetTexts);
const dayMillis = 86_400_000;

/** The files of the widget archive. */
export function filesOfWidget(
  { serviceName, email }: Pick<Registration, "serviceName" | "email">,
  nowMillis: number,
): Readonly<Record<string, Buffer>> {
  const manifest = {
    widget: {
      name: "widget.name",
      description: "widget.description",
      short_description: "widget.short_description",
      // amoCRM keeps an old archive in caches while the version is the same.
      version: `1.0.${Math.floor(nowMillis / dayMillis)}`,
      interface_version: 2,
      init_once: false,
      locale: languages,
      installation: true,
      support: { email },
    },
    locations: ["lead_sources", "settings"],
    tour: {
      is_tour: true,
      tour_images: Object.fromEntries(languages.map((each) => [each, ["/images/logo_main.png"]])),
      tour_description: "widget.tour_description",
    },
    settings: {},
  };
  const texts = Object.entries(widgetTexts).map(([language, each]) => {
    return [`i18n/${language}.json`, json({ widget: { name: serviceName, ...each } })] as const;
  });
  const logos = readdirSync(pictures).map(
    (name) => [`images/${name}`, readFileSync(new URL(name, pictures))] as const,
  );
  return {
    "manifest.json": json(manifest),
    "script.js": Buffer.from(script),
    ...Object.fromEntries([...texts, ...logos]),
  };
}

/** Writes the archive into a folder and answers its path. amoCRM wants exactly this name. */
export async function writeWidget(
  folder: string,
  registration: Pick<Registration, "serviceName" | "email">,
  nowMillis: number,
): Promise<string> {
  const file = join(folder, "widget.zip");
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(file, zipSync(filesOfWidget(registration, nowMillis), { level: 0, mtime }));
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new CommandFailure(`cannot write the file ${file} (${code})`);
  }
  return file;
}

/** What a person does with the archive, one line for each step. */
export function howToUpload(file: string): readonly string[] {
  return [
    `written: ${file}`,
    "1. In amoCRM, open amoMarket, then your private integration, then Edit.",
    `2. Fill in its name and description in the languages ${languages.join(", ")}: they must be the same as in the archive.`,
    `3. Tick "multiple sources": the bridge makes its sources itself.`,
    `4. Upload ${file}. amoCRM shows errors of the archive there.`,
    "5. Save, and install the integration.",
    "6. Write the code of the widget, which the integration now shows, to amoCRM support for the channel: it is point 9 of the letter.",
  ];
}

function json(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { settingsPage } from "./settings/reference.ts";

/** Writes docs/settings.md from the schemas of the settings. */
const file = fileURLToPath(new URL("../docs/settings.md", import.meta.url));
const options = await resolveConfig(file);
await writeFile(file, await format(settingsPage(), { ...options, filepath: file }));

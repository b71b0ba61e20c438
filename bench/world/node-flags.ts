/**
 * Lambda's Node flags for a function of this memory size: nine tenths for the old generation, one
 * twentieth for the young generation.
 */
export function nodeFlags(megabytes: number): string[] {
  const tenth = Math.floor(megabytes / 10);
  return [
    "--expose-gc",
    "--max-http-header-size=81920",
    `--max-semi-space-size=${Math.floor(tenth / 2)}`,
    `--max-old-space-size=${megabytes - tenth}`,
  ];
}

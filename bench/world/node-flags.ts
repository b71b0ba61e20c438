/**
 * As Lambda starts Node in a function of so many megabytes: nine tenths of them for what lives long,
 * a twentieth for what is new.
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

/**
 * The candidate that the word is probably a misspelling of, or undefined if none is near. Case does not
 * count. Of two candidates that are equally near, the first one wins.
 */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  let best: { readonly candidate: string; readonly edits: number } | undefined;
  for (const candidate of candidates) {
    const edits = editsBetween(word.toLowerCase(), candidate.toLowerCase());
    if (edits > mostEdits(word, candidate)) continue;
    if (best === undefined || edits < best.edits) best = { candidate, edits };
  }
  return best?.candidate;
}

/**
 * The sentence, and after it the candidate that the word is probably a misspelling of. Without such a
 * candidate, it adds what was expected.
 */
export function withGuess(
  sentence: string,
  word: unknown,
  candidates: readonly string[],
  expected?: string,
): string {
  const guess = typeof word === "string" ? closest(word, candidates) : undefined;
  if (guess !== undefined) return `${sentence}; did you mean "${guess}"?`;
  return expected === undefined ? sentence : `${sentence}; expected ${expected}`;
}

/** Words of two letters have too little in common with a misspelling: "de" does not mean "en". */
function mostEdits(word: string, candidate: string): number {
  return Math.min(3, Math.floor(Math.max(word.length, candidate.length) * 0.4));
}

/**
 * The fewest letters to insert, remove, replace or swap with their neighbour: the distance of
 * Damerau and Levenshtein, with each letter swapped at most once.
 */
function editsBetween(from: string, to: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (isSame ? 0 : 1),
          isSwapped ? (beforeLast[column - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    [beforeLast, last] = [last, current];
  }
  return last[to.length] ?? 0;
}

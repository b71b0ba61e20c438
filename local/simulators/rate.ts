/** The requests of the last second, for a limit per second. */
export class Rate {
  #at: number[] = [];

  /** Whether another request stays within the limit. Without a limit, every one does. */
  hasRoom(nowMillis: number, most = Infinity): boolean {
    this.#at = this.#at.filter((at) => at > nowMillis - 1000);
    return this.#at.length < most;
  }

  count(nowMillis: number): void {
    this.#at.push(nowMillis);
  }
}

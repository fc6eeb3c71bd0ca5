/** The best of what is offered to it, best first; of equal ones those with the lower number come first. */
export class BestList {
  readonly ids: Int32Array;
  readonly scores: Float32Array;
  #length = 0;

  /** @param most how many are kept */
  constructor(most: number) {
    this.ids = new Int32Array(most);
    this.scores = new Float32Array(most);
  }

  get length(): number {
    return this.#length;
  }

  /** What a newcomer must exceed, or equal with a lower number; 0 while there is room. */
  get threshold(): number {
    return this.#length < this.scores.length ? 0 : (this.scores[this.#length - 1] ?? 0);
  }

  clear(): void {
    this.#length = 0;
  }

  offer(id: number, score: number): void {
    let place = this.#length;
    const isFull = place === this.scores.length;
    if (isFull && !this.#isBelow(place - 1, id, score)) return;
    if (isFull) place -= 1;
    else this.#length += 1;
    while (place > 0 && this.#isBelow(place - 1, id, score)) {
      this.ids[place] = this.ids[place - 1] as number;
      this.scores[place] = this.scores[place - 1] as number;
      place -= 1;
    }
    this.ids[place] = id;
    this.scores[place] = score;
  }

  #isBelow(place: number, id: number, score: number): boolean {
    const other = this.scores[place] as number;
    return other < score || (other === score && (this.ids[place] as number) > id);
  }
}

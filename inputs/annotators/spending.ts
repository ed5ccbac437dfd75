/**
 * What was spent, and what the requests in flight may cost. A request begins only if all that may come to be charged stays
 * within the cap.
 */
export class Spending {
  private reserved = 0;
  private waiting: (() => void)[] = [];
  private largest = 0;

  /** US dollars; `spent` so far, by earlier runs. */
  constructor(
    private readonly cap: number,
    private spent = 0,
  ) {}

  get total(): number {
    return this.spent;
  }

  /**
   * Sets aside what a request may cost: the estimate, or the dearest so far if that was more. Waits while other requests
   * may yet give back what they do not use; undefined if the cap forbids it for good.
   */
  async reserve(estimate: number): Promise<number | undefined> {
    for (;;) {
      const amount = Math.max(estimate, this.largest);
      if (this.spent + this.reserved + amount <= this.cap) {
        this.reserved += amount;
        return amount;
      }
      if (this.spent + amount > this.cap || this.reserved <= 0) return undefined;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Ends a reservation: so much of it was charged. */
  settle(amount: number, charged: number): void {
    this.reserved = this.waiting.length || this.reserved > amount ? this.reserved - amount : 0;
    this.spent += charged;
    this.largest = Math.max(this.largest, charged);
    const woken = this.waiting;
    this.waiting = [];
    woken.forEach((wake) => wake());
  }
}

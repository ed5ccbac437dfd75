import type { Engine } from '../../engine';
import type { Random } from '../../random';
import { drawProportionally, largestAbove } from './draw';
import type { Points } from './points';

/** Centres that wait, at most, until all distances are brought up to date by one product. */
const BATCH = 32;
/** Points found to be nearer than they seemed, until then. */
const PATIENCE = 32;

/**
 * The squared distance of every point from the nearest of the centres given so far, kept up to date only where it
 * matters. Distances never grow, so what they were before the last few centres are upper bounds: a draw proportional to
 * those bounds, accepted with probability distance / bound, is a draw proportional to the distances (rejection
 * sampling), and a point whose distance equals its bound and is the largest bound is the farthest. So a pick costs a
 * few products of single rows, and the pool is read once for up to `batch` picks, by the engine's matrix product.
 */
export class NearestDistances {
  /** Upper bounds. */
  private readonly bounds: Float64Array;
  private waiting: number[] = [];
  private settled = 0;
  private refused = 0;

  /** @param batch 1: every distance is up to date at every draw. */
  constructor(
    private readonly points: Points,
    private readonly engine: Engine,
    private readonly batch = BATCH,
  ) {
    this.bounds = new Float64Array(points.count).fill(Infinity);
  }

  /** From now on this point is a centre. */
  add(centre: number): void {
    this.waiting.push(centre);
    this.bounds[centre] = 0;
  }

  /** This point is out of the game: its distance is 0. */
  close(point: number): void {
    this.bounds[point] = 0;
  }

  /** A point with probability proportional to its squared distance; undefined if none has any. Needs a centre. */
  async draw(random: Random): Promise<number | undefined> {
    for (;;) {
      await this.updateIfDue();
      const point = drawProportionally(this.bounds, random);
      if (point === undefined || !this.waiting.length) return point;
      const bound = this.bounds[point]!;
      if (random.uniform() * bound < this.settle(point)) return point;
      this.refused++;
    }
  }

  /** The farthest point, the first of equals; undefined if no distance is above 0. */
  async farthest(): Promise<number | undefined> {
    for (;;) {
      await this.updateIfDue();
      const point = largestAbove(this.bounds, 0);
      if (point === undefined || !this.waiting.length) return point;
      const bound = this.bounds[point]!;
      if (this.settle(point) === bound) return point;
      this.refused++;
    }
  }

  /** [points]; Infinity without a centre. */
  async all(): Promise<Float64Array> {
    await this.update();
    return this.bounds.slice();
  }

  /** Early on every centre changes much, so few are let wait. */
  private async updateIfDue(): Promise<void> {
    const many = this.waiting.length >= Math.min(this.batch, 1 + this.settled / 4);
    if (many || this.refused >= PATIENCE) await this.update();
  }

  private async update(): Promise<void> {
    for (let from = 0; from < this.waiting.length; from += BATCH)
      await this.points.approach(this.waiting.slice(from, from + BATCH), this.bounds, this.engine);
    this.settled += this.waiting.length;
    this.waiting = [];
    this.refused = 0;
  }

  /** Brings one point's distance up to date. */
  private settle(point: number): number {
    let distance = this.bounds[point]!;
    for (const centre of this.waiting) distance = Math.min(distance, this.points.squaredDistance(point, centre));
    return (this.bounds[point] = distance);
  }
}

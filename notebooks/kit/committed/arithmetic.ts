import { createHash } from 'node:crypto';
import { createEngine } from '../../../lib/engine';
import { matrix } from '../../../lib/engine/matrix';
import { createRandom } from '../../../lib/random';

/**
 * Names how this machine rounds: the engine, and a hash of a product's bits. Machines of the same name compute the same
 * numbers; others may sum in another order, and a training makes small differences large.
 */
export async function arithmetic(): Promise<string> {
  const engine = await createEngine();
  const random = createRandom(0);
  const numbers = (rows: number, columns: number) =>
    matrix(
      rows,
      columns,
      Float32Array.from({ length: rows * columns }, () => random.normal()),
    );
  const hash = createHash('sha256');
  for (const [m, inner, n] of [
    [128, 512, 256],
    [100, 256, 100],
    [7, 33, 5],
  ] as const)
    hash.update((await engine.product(numbers(m, inner), numbers(inner, n))).data);
  return `${engine.name}, products ${hash.digest('hex').slice(0, 8)}`;
}

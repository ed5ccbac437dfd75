import { typefaces } from '../../inputs/datasets/typefaces';
import { createEngine } from '../../lib/engine';
import { features } from '../../inputs/features/store';
import { main } from '../cli/command';
import { linearProbe } from './linear-probe';

/** Prints how well a linear classifier that is given all pool labels does on the test images. */
async function probe(): Promise<void> {
  const dataset = await typefaces();
  const { hierarchy, pool, test } = dataset;
  const engine = await createEngine();
  const found = await features(dataset, { engine });
  const accuracy = await linearProbe(
    { x: found.pool, labels: pool.fine },
    { x: found.test, labels: test.fine },
    hierarchy.fine.length,
    engine,
  );
  console.log(`${found.extractor}, ${engine.name}: ${(100 * accuracy).toFixed(1)} % of the test images`);
}

main('npx tsx data-scripts/typefaces/probe.ts', probe);

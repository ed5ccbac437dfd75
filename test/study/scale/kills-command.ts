import { main } from '../../../data-scripts/cli/command';
import { killAtRandom } from './kills';

/** 100 kills unless told otherwise; a series is repeated by its seed, as far as the clock allows. */
main('npm run test:kills -- [COUNT] [SEED]\n       e.g. npm run test:kills -- 20', async () => {
  const [count = '100', seed = '0'] = process.argv.slice(2);
  const started = performance.now();
  const kills = await killAtRandom(Number(count), Number(seed), (line) => console.error(line));
  console.log(JSON.stringify({ ...kills, seconds: Math.round((performance.now() - started) / 1000) }));
});

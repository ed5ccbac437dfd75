import { main } from '../../data-scripts/cli/command';
import { killAndGoOn } from './kills';

/** Fifty kills at random moments of choosing, labelling, reading labels and learning; ends with 1 if anything is lost. */
async function fiftyKills(): Promise<void> {
  const outcome = await killAndGoOn({ kills: 50, images: 480, batch: 12, budget: 300, seed: 1 });
  console.log(JSON.stringify(outcome, null, 2));
  const { kills, lost, doubled, wrong, spent, budget, labelled } = outcome;
  const isRight = kills === 50 && !lost && !doubled && !wrong && spent === budget && labelled === budget;
  console.log(isRight ? 'Nothing is lost, nothing is doubled, the budget is exact' : 'FAILED');
  process.exitCode = isRight ? 0 : 1;
}

main('npm run test:label-kills\n       fifty kills of a labelling\n       e.g. npm run test:label-kills', fiftyKills);

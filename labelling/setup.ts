import { existsSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { annotatorChoices } from '../inputs/annotators/choices';
import { unlabelledFolder } from '../inputs/datasets/unlabelled-folder';
import { extractorNamed } from '../inputs/features/extractors/registry';
import { check } from '../lib/errors';
import { repositoryRoot } from '../lib/root';
import { learnerChoices } from '../lib/rounds/learners';
import { Ledger } from '../lib/rounds/ledger';
import { differences } from '../lib/rounds/settings';
import { defaultPrices } from '../lib/rounds/setup';
import { chooseStrategy } from '../lib/strategies/registry';
import { NOT_IN_LIST, SKIP } from './import-labels';
import { joinImages } from './joined';
import {
  isJournal,
  projectFolder,
  readProject,
  writeProject,
  type Fixed,
  type ProjectOptions,
  type ProjectSetup,
} from './project-file';

/**
 * The setup of a project, begun if need be.
 * @throws InputError for settings other than those that it was begun with, saying which; for a folder without images or classes.
 */
export async function openSetup(options: ProjectOptions): Promise<ProjectSetup> {
  const out = projectFolder(options);
  const isBegun = existsSync(path.join(out, 'project.json'));
  if (isBegun && options.classes === undefined) return joinImages(unchanged(readProject(out), options, out), out);
  const { folder, classes } = options;
  const root = path.resolve(repositoryRoot, folder);
  const data = await unlabelledFolder(root, classes === undefined ? {} : { classes: path.relative(root, classes) });
  const { hierarchy, pool } = data;
  const pairs = hierarchy.fine.map((fine, k) => [fine, hierarchy.coarse[hierarchy.groupOf[k]!]!] as const);
  if (isBegun) {
    const setup = unchanged(readProject(out), options, out);
    check(
      isDeepStrictEqual(pairs, setup.classes),
      () =>
        `${out} was begun with other classes than those of ${classes}; leave it out to go on there, or give another --out`,
    );
    return joinImages(setup, out);
  }
  checkClasses(hierarchy.fine, root);
  const paths = pool.files!.paths;
  const settings = completed(options);
  await checkSettings(settings);
  const known = paths.flatMap((name, i) =>
    pool.fine[i]! < 0 ? [] : [[name, hierarchy.fine[pool.fine[i]!]!] as const],
  );
  return writeProject(out, {
    settings,
    folder: root,
    name: data.name,
    title: data.title,
    cropBottom: pool.files!.cropBottom ?? 0,
    classes: pairs,
    ...(hierarchy.descriptions && { descriptions: Object.fromEntries(hierarchy.descriptions) }),
    images: paths,
    known: Object.fromEntries(known),
  });
}

/**
 * What was left out, filled in. With an annotator `weak-annotator-plus`, which asks it what is worth its price; without one `typiclust`,
 * the best of those for human labels alone on the same learner, at few labels above all. The learner is the mixture, whoever
 * chooses: a batch is learnt in seconds, and its model is a few tables, which are exported.
 */
function completed(options: ProjectOptions): Fixed {
  const { annotator = null, batch = 20, seed = 0, extractor = 'fisher', prices } = options;
  const { strategy = annotator === null ? 'typiclust' : 'weak-annotator-plus' } = options;
  const own = chooseStrategy(strategy).value;
  const { learner = 'mixture', question = own.question ?? 'fine' } = options;
  check(Number.isInteger(batch) && batch > 0, `Unexpected batch: ${batch}; expected a positive number of labels`);
  return { strategy, learner, annotator, question, extractor, batch, seed, prices: { ...defaultPrices, ...prices } };
}

function checkClasses(classes: readonly string[], folder: string): void {
  check(classes.length, `The classes of ${folder} are none; expected a file with a line "fine,coarse" for each`);
  const taken = classes.find((name) => name === SKIP || name === NOT_IN_LIST);
  check(
    taken === undefined,
    `Class "${taken}" would be taken for the word that stands in place of a class; give it another name`,
  );
}

/** What could not be learned with is refused before anything is kept: settings do not change afterwards. */
async function checkSettings({ strategy, annotator, learner, extractor, prices, batch, seed }: Fixed): Promise<void> {
  check(Number.isSafeInteger(seed), `Unexpected seed: ${seed}; expected an integer`);
  new Ledger(prices, batch * prices.full);
  learnerChoices.load(learner);
  await extractorNamed(extractor);
  const { name, weakLabels, matches } = chooseStrategy(strategy).value;
  check(
    weakLabels !== 'human',
    `Strategy "${name}" asks a human for groups, which labelling does not; take another one, e.g. typiclust`,
  );
  check(matches === undefined, `Strategy "${name}" repeats another run's purchases; take one that chooses by itself`);
  check(
    weakLabels !== 'annotator' || annotator !== null,
    `Strategy "${name}" buys an annotator's answers; give --annotator, or a strategy without, e.g. typiclust`,
  );
  if (annotator === null) return;
  if (isJournal(annotator)) {
    const lies = existsSync(annotator);
    check(lies, `There are no answers ${annotator}; give the path of a journal ("npm run annotate" makes one)`);
  } else {
    const { name: who } = annotatorChoices.load(annotator).value;
    check(!/^(simulated|recorded)\b/.test(who), `Annotator "${who}" needs true labels; give a real one, or FILE.jsonl`);
  }
}

function unchanged(setup: ProjectSetup, given: ProjectOptions, out: string): ProjectSetup {
  const { settings } = setup;
  const { prices, ...others } = given;
  const wanted = Object.fromEntries(
    Object.keys(settings).flatMap((key) => (key in others && key !== 'prices' ? [[key, others[key as 'seed']]] : [])),
  );
  const differing = differences(settings, { ...settings, ...wanted, prices: { ...settings.prices, ...prices } });
  check(
    !differing.length,
    () =>
      `${out} was begun with other settings:\n  ${differing.join('\n  ')}\nLeave them out to go on there, or give another --out`,
  );
  return setup;
}

import { granularityStudy, type LevelStudy } from '../../inputs/annotators/granularity';
import { Journal } from '../../inputs/annotators/journal';
import { JournalAnswers } from '../../inputs/annotators/journal-answers';
import { printable } from '../../inputs/annotators/printable';
import { importAnswers, type Published } from './published';
import { tellPassedOver } from '../../inputs/datasets/image-folder/list';
import { loadDataset } from '../../inputs/datasets/registry';
import { check, InputError } from '../../lib/errors';
import { readText } from '../../lib/text-file';
import { readSynonyms, required, type Options } from './options';

/** Makes a journal of a file of published answers, and says what came of it. */
export async function importPublished(options: Options): Promise<void> {
  const file = required(options, 'import');
  const name = required(options, 'annotator-name');
  const out = required(options, 'out');
  const data = await loadDataset(required(options, 'dataset'));
  tellPassedOver(data);
  const synonyms = options.synonyms ? readSynonyms(options.synonyms) : {};
  const found = await importAnswers(data, readPublished(file), name, synonyms);
  const { lines, unmatched, ambiguous, outside } = found;
  const examples = (images: readonly string[]): string =>
    images.length
      ? `${images.length} (${images
          .slice(0, 3)
          .map((image) => printable(image))
          .join(', ')}${images.length > 3 ? ', …' : ''})`
      : '0';
  console.log(
    `${lines.length} of ${data.pool.fine.length} pool images matched; entries unmatched: ${examples(unmatched)}, ` +
      `ambiguous: ${examples(ambiguous)}; ${outside} answers outside the list`,
  );
  check(
    lines.length,
    `${file} matches no pool image of ${data.name}; expected image paths, file names or numbers as keys`,
  );
  for (const { name: said, label, count, of } of found.synonyms.slice(0, 20))
    console.log(
      `likely a synonym, by the pool's true classes: "${printable(said)}" = ${label} (${count} of ${of} times)`,
    );
  if (found.synonyms.length)
    console.log('Take them over where they are right: --synonyms FILE.json, {"name": "class"}');
  const journal = Journal.open(out);
  try {
    const known = (line: (typeof lines)[number]): boolean => {
      const { label, ranked } = journal.find(line) ?? {};
      return label === line.label && JSON.stringify(ranked) === JSON.stringify(line.ranked);
    };
    await Promise.all(lines.filter((line) => !known(line)).map((line) => journal.append(line)));
    const answers = new JournalAnswers([...journal.lines], data);
    const source = { model: name, prompt: lines[0]!.prompt };
    if (data.pool.fine.includes(-1)) return console.log(`not all images have a true label to compare with: ${out}`);
    const coarse = await answers.groups(source);
    const fine = await answers.level('fine', source);
    const study = granularityStudy(data, coarse!, fine);
    const right = ({ accuracy, refused }: LevelStudy): string =>
      `${((100 * accuracy.share) / (1 - refused)).toFixed(1)} % right`;
    console.log(`of the answers given, fine: ${right(study.fine!)}; groups: ${right(study.coarse)}: ${out}`);
  } finally {
    await journal.close();
  }
}

function readPublished(file: string): Published {
  let value: unknown;
  try {
    value = JSON.parse(readText(file));
  } catch (error) {
    throw new InputError(`Cannot read the answers ${file}: ${(error as Error).message}`);
  }
  const right = typeof value === 'object' && value !== null && !Array.isArray(value);
  check(right, `${file}: expected {"image": "name"}, {"image": ["best", …]} or {"image": {"name": probability}}`);
  return value as Published;
}

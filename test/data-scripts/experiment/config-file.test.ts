import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { closedImprovement } from '../../../lib/rounds/improvement/options';
import { readGridFile, schemaFile } from '../../../data-scripts/experiment/config-file';
import { editDistance, nearestWord } from '../../../lib/study/grid/spelling';
import { estimators } from '../../../lib/rounds/improvement/estimators';
import { defaultPrices } from '../../../lib/rounds/setup';
import { defaultTraining } from '../../../lib/model/training-options';
import { scratchFolder } from '../../scratch';

function read(content: object | string): unknown {
  const file = path.join(scratchFolder('config'), 'grid.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readGridFile(file);
}

test('a configuration file is read as it is, without its $schema', () => {
  const content = { strategies: ['margin'], seeds: 10, prices: { weak: [0.01, 0.1] }, training: { steps: 100 } };
  assert.deepEqual(read({ $schema: 'grid.schema.json', ...content }), content);
});

test('an unknown field is named, with the nearest one that is known', () => {
  assert.throws(() => read({ bugdet: 100 }), /grid\.json: unknown field "bugdet"; did you mean "budget"\?/);
  assert.throws(() => read({ training: { Stepz: 1 } }), /unknown field "training.Stepz"; did you mean "steps"\?/);
  assert.throws(() => read({ noise: { qqqqqqqqqq: 1 } }), /unknown field "noise.qqqqqqqqqq"; expected one of model, /);
});

test('a value that cannot be is named, with what it may be', () => {
  assert.throws(() => read({ rounds: 1.5 }), /unexpected rounds: 1.5; it must be integer/);
  assert.throws(() => read({ trainer: 'slow' }), /unexpected trainer: "slow"; it must be .*: fast, tfjs/);
  assert.throws(() => read({ improvement: { estimator: '' } }), new RegExp(`: ${Object.keys(estimators).join(', ')}`));
  assert.throws(() => read({ seeds: [0, 'x'] }), /unexpected seeds.1: "x"; it must be integer/);
  assert.throws(() => read('{"rounds": }'), /Cannot read .*grid\.json: .*expected a grid's configuration as JSON/);
  assert.throws(() => readGridFile('/nonexistent.json'), /Cannot read \/nonexistent\.json/);
});

test('the schema knows every option that has a default: add new ones to grid.schema.json', () => {
  const { properties } = JSON.parse(readFileSync(schemaFile, 'utf8')) as {
    properties: Record<string, { properties: object }>;
  };
  const known = (group: string): string[] => Object.keys(properties[group]!.properties);
  const groups = {
    training: defaultTraining,
    improvement: closedImprovement,
    prices: defaultPrices,
  };
  for (const [group, defaults] of Object.entries(groups)) {
    const expected = Object.keys(defaults).filter((name) => name !== 'coarseHead'); // a run decides that itself
    assert.deepEqual(
      expected.filter((name) => !known(group).includes(name)),
      [],
      group,
    );
  }
});

test('the edit distance counts single letters; too far away is nothing near', () => {
  assert.equal(editDistance('kitten', 'sitting'), 3);
  assert.equal(editDistance('', 'abc'), 3);
  assert.equal(nearestWord('humanWaek', ['budget', 'humanWeak']), 'humanWeak');
  assert.equal(nearestWord('zzzzzz', ['budget', 'humanWeak']), undefined);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadDataset } from '../../inputs/datasets/registry';
import { mixture } from '../../lib/model/mixture';
import { hashOf } from '../../lib/rounds/settings';
import { chooseStrategy } from '../../lib/strategies/registry';
import { configurationHash, studyOf } from '../../lib/study/study';

test('a learner that was improved is another configuration: named in the study, or brought by the strategy', async () => {
  const { version } = mixture();
  assert.ok(version !== undefined && version > 1);
  const data = await loadDataset('typefaces');
  assert.deepEqual(studyOf(data, { rounds: 1, budget: 10, learner: 'mixture' })['learner'], {
    name: 'mixture',
    version,
  });
  assert.deepEqual(studyOf(data, { rounds: 1, budget: 10, learner: 'lda' })['learner'], { name: 'lda', version: 2 });

  const study = studyOf(data, { rounds: 1, budget: 10 });
  const chosen = chooseStrategy('weak-annotator-plus');
  const plus = { ...chosen, value: { ...chosen.value, learner: 'mixture' } };
  const { name, version: ofStrategy } = plus.value;
  const own = { study, strategy: { name, version: ofStrategy }, weakCost: 0.01 };
  const hash = configurationHash(study, plus, 0.01, 'mixture');
  assert.equal(hash, hashOf({ ...own, learner: { name: 'mixture', version } }));
  assert.notEqual(hash, hashOf({ ...own, learner: 'mixture' }));
  assert.equal(
    configurationHash(study, plus, 0.01, 'network'),
    hashOf({ ...own, learner: 'network' }),
    'none: its name',
  );
});

test('a strategy that buys otherwise than before is another configuration; one without a version is its name', async () => {
  const study = studyOf(await loadDataset('typefaces'), { rounds: 1, budget: 10 });
  const margin = chooseStrategy('margin');
  const newer = { ...margin, value: { ...margin.value, version: 2 } };
  assert.equal(configurationHash(study, margin, undefined, undefined), hashOf({ study, strategy: 'margin' }));
  const [before, after] = [margin, newer].map((chosen) => configurationHash(study, chosen, undefined, undefined));
  assert.notEqual(after, before);
});

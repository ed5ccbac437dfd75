import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { matrix } from '../../lib/engine/matrix';
import { countAnswers, kappa } from '../../lib/noise/answers';
import { betaQuantile } from '../../lib/noise/beta';
import { dirichletRows, logMarginalLikelihood, STRENGTHS } from '../../lib/noise/dirichlet';
import { estimateTransition } from '../../lib/noise/transition-matrix';

interface Fixture {
  groups: number[];
  answers: number[];
  kappa: number;
  shares: number[][];
  prior: number[][];
  strengths: number[];
  likelihoods: number[];
  best: number;
  quantiles: { a: number; b: number; p: number; x: number }[];
}

/** Made by SciPy and scikit-learn: see noise.py beside it. */
const fixture = JSON.parse(readFileSync(path.join(__dirname, '../fixtures/noise.json'), 'utf8')) as Fixture;
const trusted = { groups: Int32Array.from(fixture.groups), answers: Int32Array.from(fixture.answers) };
const prior = matrix(4, 4, Float32Array.from(fixture.prior.flat()));

test("T without a prior and kappa are scikit-learn's confusion matrix, normalised by true groups, and Cohen's kappa", () => {
  const T = estimateTransition(trusted, 4, { strength: 0 });
  fixture.shares.flat().forEach((share, at) => assert.ok(Math.abs(T.data[at]! - share) < 1e-6));
  assert.ok(Math.abs(kappa(trusted, 4) - fixture.kappa) < 1e-12);
});

test("quantiles of the Beta distribution are SciPy's, from needle-sharp to bathtub-shaped", () => {
  for (const { a, b, p, x } of fixture.quantiles)
    assert.ok(
      Math.abs(betaQuantile(p, a, b) - x) < 1e-10,
      `Beta(${a}, ${b}), ${p}: ${betaQuantile(p, a, b)}, not ${x}`,
    );
});

test('the likelihood that empirical Bayes maximises is the Dirichlet-multinomial one, as SciPy has it', () => {
  const counts = countAnswers(trusted, 4);
  assert.equal(STRENGTHS.length, fixture.strengths.length);
  STRENGTHS.forEach((strength, i) => {
    assert.ok(Math.abs(strength / fixture.strengths[i]! - 1) < 1e-12);
    const expected = fixture.likelihoods[i]!;
    assert.ok(Math.abs(logMarginalLikelihood(counts, prior, strength) - expected) < 1e-4, `strength ${strength}`);
  });
  assert.ok(Math.abs(dirichletRows(counts, prior, 'empirical-bayes').strength / fixture.best - 1) < 1e-12);
});

/** One line broken on purpose. The tests named must fail for it. */
export interface Mutant {
  /** What is broken. */
  readonly what: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly from: string;
  readonly to: string;
  /** Test files, relative to test/, any of which must fail. */
  readonly tests: readonly string[];
}

const inFile =
  (file: string, ...tests: string[]) =>
  (what: string, from: string, to: string): Mutant => ({ what, file, from, to, tests });

const uncertainty = inFile('lib/strategies/uncertainty.ts', 'strategies/uncertainty', 'strategies/peers');
const instanceWise = inFile('lib/strategies/instance-wise.ts', 'strategies/isoal-quirks', 'strategies/contract');
const withinBudget = inFile(
  'lib/strategies/sampling/within-budget.ts',
  'strategies/sampling-within-budget',
  'strategies/isoal-quirks',
);
const points = inFile('lib/strategies/sampling/points.ts', 'strategies/sampling', 'strategies/peers');
const nearest = inFile('lib/strategies/sampling/nearest.ts', 'strategies/sampling', 'strategies/isoal-quirks');
const plusPlus = inFile('lib/strategies/sampling/k-means-plus-plus.ts', 'strategies/sampling', 'strategies/peers');
const kCenter = inFile('lib/strategies/sampling/k-center.ts', 'strategies/sampling');
const kMeans = inFile('lib/strategies/sampling/k-means.ts', 'strategies/peers');
const typicality = inFile('lib/strategies/sampling/typicality.ts', 'strategies/peers');
const typiclust = inFile('lib/strategies/typiclust.ts', 'strategies/peers', 'strategies/contract');
const draw = inFile('lib/strategies/sampling/draw.ts', 'strategies/sampling');
const buying = inFile('lib/strategies/buy-largest.ts', 'strategies/contract', 'strategies/ratio');
const ratio = inFile('lib/strategies/ratio.ts', 'strategies/ratio');
const adaptive = inFile('lib/strategies/adaptive-ratio.ts', 'strategies/ratio');
const members = inFile('lib/model/members.ts', 'model/members');
const coreset = inFile('lib/strategies/coreset.ts', 'strategies/peers', 'strategies/contract');
const ledger = inFile('lib/rounds/ledger.ts', 'rounds/ledger');
const pool = inFile('lib/rounds/labelled-pool.ts', 'rounds/labelled-pool');
const firstRound = inFile('lib/rounds/first-round.ts', 'rounds/labelled-pool');
const session = inFile('lib/rounds/session.ts', 'rounds/session');
const sessionState = inFile('lib/rounds/session-state.ts', 'rounds/session');
const learning = inFile('lib/rounds/learning.ts', 'rounds/session');
const openQuery = inFile('lib/rounds/open-query.ts', 'rounds/session');
const quality = inFile('lib/noise/quality.ts', 'noise/quality');
const improvement = inFile('lib/rounds/improvement/expected-improvement.ts', 'rounds/improvement/expected-improvement');
const answers = inFile('lib/noise/answers.ts', 'noise/transition-matrix', 'noise/peers');
const transition = inFile('lib/noise/transition-matrix.ts', 'noise/transition-matrix', 'noise/peers');
const dirichlet = inFile('lib/noise/dirichlet.ts', 'noise/transition-matrix', 'noise/posterior', 'noise/peers');
const perClass = inFile('lib/noise/per-class.ts', 'noise/per-class');
const posterior = inFile('lib/noise/posterior.ts', 'noise/posterior', 'noise/peers');
const information = inFile('lib/noise/information.ts', 'noise/information');
const corrections = inFile('lib/noise/corrections.ts', 'noise/corrections');
const loss = inFile('lib/model/fast/loss.ts', 'model/fast-network', 'model/fast-losses');
const correctedRows = inFile('lib/model/fast/corrected-rows.ts', 'model/fast-network', 'model/fast-losses');
const likelihood = inFile('lib/model/fast/likelihood.ts', 'model/fast-network', 'model/fast-losses');
const annotatorPlus = inFile('lib/strategies/weak-annotator-plus.ts', 'strategies/weak-annotator-plus');
const em = inFile('lib/model/mixture/em-run.ts', 'model/em');
const emRounds = inFile('lib/model/mixture/em.ts', 'model/em');
const roots = inFile('lib/model/on-roots.ts', 'model/on-roots');
const answersOf = inFile('lib/model/mixture/answers.ts', 'model/mixture');
const fitting = inFile('lib/rounds/fitting.ts', 'rounds/experiment');
const recordedAnswers = inFile('inputs/annotators/choices.ts', 'rounds/experiment');
const weighting = inFile('lib/model/mixture/weights.ts', 'model/em');
const judge = inFile('lib/model/mixture/judge.ts', 'model/em');
const calibration = inFile('lib/model/mixture/calibrate.ts', 'model/calibrate');
const discriminants = inFile('lib/model/mixture/discriminant.ts', 'model/discriminant', 'model/mixture');
const factor = inFile('lib/model/mixture/inverse-factor.ts', 'model/inverse-factor');
const space = inFile('lib/engine/leading-space.ts', 'engine/leading-space');
const nearestMeans = inFile('lib/model/nearest-mean.ts', 'model/nearest-mean');
const saidOf = inFile('lib/noise/answer-likelihood.ts', 'noise/answer-likelihood');
const readOff = inFile('lib/noise/read-off.ts', 'noise/answer-likelihood');
const savings = inFile('lib/study/statistics/savings.ts', 'study/statistics/savings');
const students = inFile('lib/model/student.ts', 'model/student');
const examples = inFile('lib/model/examples.ts', 'model/trainer', 'model/batches');

export const mutants: readonly Mutant[] = [
  savings('a lead over the worst rival', 'each.accuracy > most.accuracy', 'each.accuracy < most.accuracy'),
  savings('the interval of the first budget at all', 'valueOf(sample[round]!)', 'valueOf(sample[0]!)'),
  savings('the dearest rival', 'each.money < least.money', 'each.money > least.money'),
  students('0 / 0 between two certainties', 'sum > 0 ? out[k]! / sum : (a[k]! + b[k]!) / 2', 'out[k]! / sum'),
  annotatorPlus(
    'buys answers as dear as labels',
    "purse.price('weak') >= purse.price('full')",
    "purse.price('weak') > 1e9",
  ),
  annotatorPlus('asks again and again', 'told && step > 0', 'told && step > 1'),
  annotatorPlus(
    'gradients lead astray sooner',
    'TYPICAL.answered : TYPICAL.alone',
    'TYPICAL.answered : TYPICAL.answered',
  ),
  session('a budget below 0', 'budget >= least)', 'budget >= -1e9)'),
  session('answers between rounds wait', 'this.learning.forget(); // answers', '// answers'),
  uncertainty('sign: margin prefers the sure', 'return second - first;', 'return first - second;'),
  uncertainty('sign of entropy', 'sum -= value * Math.log(value)', 'sum += value * Math.log(value)'),
  uncertainty('no guard: 0 ln 0', 'if (value > 0) sum -=', 'sum -='),
  uncertainty('least confidence takes the smallest', 'Math.max(best, value), 0)', 'Math.min(best, value), 1)'),
  uncertainty('NaN counts as a number', 'p.some(Number.isNaN) ? NaN : measure(p)', 'measure(p)'),
  uncertainty('BALD without the mean entropy', 'together - apart[i]!', 'together'),
  uncertainty('BALD: sum instead of mean', '(mean.data[at]! += p / members.length)', '(mean.data[at]! += p)'),
  uncertainty('off by one: ranks of ties', '(start + 1 + end) / 2', '(start + end) / 2'),
  uncertainty('wrong denominator: ranks count NaN', '/ 2 / order.length', '/ 2 / values.length'),
  uncertainty('NaN first', '? -Infinity : values[i]!', '? Infinity : values[i]!'),

  instanceWise('value times price', 'measured[level]) / purse.price(level)', 'measured[level]) * purse.price(level)'),
  instanceWise('uncertainty of the other head', 'percentileRanks(measure(fine))', 'percentileRanks(measure(coarse))'),
  instanceWise('weak-labelled images rank again', '(pool.hasWeak(candidates[i]!) ? NaN : value))),', 'value)),'),
  instanceWise('candidates mistaken for pool rows', 'row: candidates[row]!', 'row'),
  instanceWise('no guard: empty pool', 'if (!candidates.length) return', 'if (candidates.length < 0) return'),

  withinBudget(
    'overshoot by one label',
    'if (left < 0) return choices;',
    'if (left + levels[level]!.price <= 0) return choices;',
  ),
  withinBudget(
    'double purchase of an image',
    'for (let at = row; at < points.count; at += n) {',
    'for (let at = pick; at <= pick; at++) {',
  ),
  withinBudget('a weak copy is no centre', 'if (value[at]! > 0) nearest.add(at);', 'if (at === pick) nearest.add(at);'),
  withinBudget('worthless options stay open', 'if (v === 0) nearest.close(at);', ''),
  withinBudget('the price is not paid', 'left -= levels[level]!.price', 'left -= 1'),
  withinBudget('first pick by draw', 'choices.length ?', 'true ?'),
  withinBudget('level and row swapped', '[Math.floor(pick / n), pick % n]', '[pick % n, Math.floor(pick / n)]'),

  points('sign of the cross term', 'distance = sum - 2 * product', 'distance = sum + 2 * product'),
  points('cross term once', 'distance = sum - 2 * product', 'distance = sum - product'),
  points('gradient against the wrong class', 'q.data[i * q.columns + predicted]! -= 1', 'q.data[i * q.columns]! -= 1'),
  points('factors added instead of multiplied', 'out.data[k]! *= data[k]!', 'out.data[k]! += data[k]!'),
  points('direction by its squared length', 'Math.sqrt(squaredNorm(row(hidden, i)))', 'squaredNorm(row(hidden, i))'),
  points('nearest is the farthest', 'roughly < least', 'roughly > least'),

  points('near points count as copies', 'exact > RESOLUTION * sum ? exact : 0', '0'),
  points('another centre for a row alone', 'row(factor, centre % n)', 'row(factor, (centre + 1) % n)'),

  plusPlus('always the farthest', 'await nearest.draw(random)) ??', 'await nearest.farthest()) ??'),
  plusPlus('distances are not updated', 'nearest.add(pick);', 'nearest.close(pick);'),
  nearest('a draw by bounds that are too high', 'random.uniform() * bound < this.settle(point)', 'true'),
  nearest(
    'a centre that waits is forgotten',
    'for (const centre of this.waiting)',
    'for (const centre of this.waiting.slice(1))',
  ),
  nearest(
    'the farthest by a bound that is too high',
    'if (this.settle(point) === bound) return point;',
    'return point;',
  ),
  nearest('centres are multiplied again and again', 'this.waiting = [];', ''),
  kCenter('labelled points are forgotten', 'centres.forEach(take);', ''),
  kCenter('a centre can be picked', 'open[point] = 0;', ''),
  kMeans('no half of the norm', '-squaredNorm(row(centres, c)) / 2', '-squaredNorm(row(centres, c))'),
  kMeans('centres do not move', 'moveToMeans(centres, points, clusterOf);', ''),
  kMeans('sum instead of mean', 'sums[c * D + j]! / size', 'sums[c * D + j]!'),
  typicality('distance instead of density', '1 / Math.max(FLOOR, sum / k)', 'sum / k'),
  typicality('off by one: neighbours', 'Math.min(neighbours, ', 'Math.min(neighbours + 1, '),
  typiclust('covered clusters first', 'a.covered - b.covered', 'b.covered - a.covered'),
  typiclust('the least typical', 'now[row]! > now[best]!', 'now[row]! < now[best]!'),
  typiclust('labelled images count as neighbours', 'picks.length ? await typicalOf(open) : typical', 'typical'),
  draw('off by one: the draw', 'if (sum > target) break;', 'if (sum >= total) break;'),
  draw('weights of 0 are drawn', 'if (!(weights[i]! > 0)) continue;', ''),

  buying('double purchase: full and weak', '.filter((row) => !taken.has(row))', ''),
  buying(
    'overshoot: the full labels are not paid for',
    'purse.left - fullCount * purse.price',
    'purse.left - 0 * purse.price',
  ),
  buying(
    'all candidates instead of what the purse holds',
    "largest(utilities, purse.affords('full'),",
    'largest(utilities, pool.size,',
  ),
  ratio('the share is of the other level', 'weakShare * purse.left', '(1 - weakShare) * purse.left'),
  ratio('what one level leaves is lost', 'full < notFull ? cheap :', 'full <= notFull ? cheap :'),
  adaptive('off by one: growth', 'improvement[level] * (1 + owned[level])', 'improvement[level] * owned[level]'),
  adaptive('what is owned is not counted', " - worth('weak');", ';'),
  members('dropped units are not made up for', '0 : 1 / (1 - rate)', '0 : 1'),
  members('the same mask each time', "random.stream('mask', member)", "random.stream('mask')"),
  coreset('labelled points are no centres', 'kCenterGreedy(points, centres,', 'kCenterGreedy(points, [],'),

  ledger('overshoot by one unit', 'if (price > this.left)', 'if (price > this.left + 1)'),
  ledger(
    'nothing is carried over',
    'this.deposited += amount === undefined ? this.allowance',
    'this.deposited = amount === undefined ? this.paid + this.allowance',
  ),
  ledger('rounding up', 'Math.floor(this.left / this.prices[level])', 'Math.ceil(this.left / this.prices[level])'),
  ledger('paying twice', 'this.paid += price;', 'this.paid += 2 * price;'),
  pool('double purchase of a full label', 'if (this.fine[row] !== -1) throw', 'if (this.fine[row] === -2) throw'),
  pool(
    'a weak label beside a full one',
    'if (this.weak.has(row) || (this.fine[row] !== -1 && !trusted))',
    'if (this.weak.has(row))',
  ),
  pool(
    'upgraded images train twice',
    '(row) => this.fine[row] === -1 && this.weak.has(row))',
    '(row) => this.weak.has(row))',
  ),
  pool(
    'what nobody can label is asked again',
    '=== -1 && !this.skipped.has(row));\n  }\n\n  unlabelled',
    '=== -1);\n  }\n\n  unlabelled',
  ),
  sessionState('a label is not paid for', "this.ledger.pay('full');\n      this.pool.addFull", 'this.pool.addFull'),
  sessionState(
    'what nobody asked for is paid',
    '} else this.pool.setFull(',
    "} else (this.ledger.pay('full'), this.pool).setFull(",
  ),
  session('a round ends while labels are missing', '(!early && !query.isAnswered)', '(!early && this.round < 0)'),
  session('the annotator is asked twice', '.filter((at) => !this.state.answers.coarse.has(at));', ';'),
  sessionState('no answer counts as one', 'if (saysNothing(coarse[i]!))', 'if (coarse[i]! > 1e9)'),
  session('an event that is not kept', 'this.log.add(...events);', ''),
  learning('chance is not noticed', 'this.state.stopped || this.isAtChance', 'this.state.stopped'),
  sessionState('known labels are hidden', 'if (data.pool.fine.includes(-1))', 'if (data.pool.fine.includes(-2))'),
  openQuery('skipped labels stay open', 'this.unanswered.delete(row);', ''),
  quality('few images tell of chance', 'n >= ENOUGH && kappaOf.low <= 0', 'kappaOf.low <= 0'),
  quality('chance is never found', 'kappaOf.low <= 0 }', 'kappaOf.high <= 0 }'),
  firstRound(
    'weak labels of the same images',
    'order.subarray(matched.full, matched.full + matched.weak)',
    'order.subarray(0, matched.weak)',
  ),
  firstRound('budget by the full price alone', "(purse.price('full') + purse.price('weak'))", "purse.price('full')"),

  improvement('weights from 0', 'sum += i * (curve[i]!', 'sum += (i - 1) * (curve[i]!'),
  improvement(
    'wrong denominator: increments',
    '(curve.length * (curve.length - 1)) / 2',
    '(curve.length * (curve.length + 1)) / 2',
  ),
  improvement('ratio upside down', 'full: full / weak, weak: 1', 'full: weak / full, weak: 1'),
  improvement(
    'one useless level counts as much',
    'if (full <= 0) return { full: 0, weak: 1 };',
    'if (full <= 0) return { full: 1, weak: 1 };',
  ),

  answers('axis: T transposed', 'counts.data[truth * columns + answer]', 'counts.data[answer * columns + truth]'),
  answers('kappa without its denominator', '(agreed / n - chance) / (1 - chance)', 'agreed / n - chance'),
  answers('wrong denominator: chance', '/ (n * n)', '/ n'),
  transition('accuracy off the diagonal', '(i === j ? accuracy : 0)', '(i !== j ? accuracy : 0)'),
  dirichlet('wrong denominator: without the prior', 'sum(row(counts, i)) + strength;', 'sum(row(counts, i)) + 1;'),
  dirichlet('off by one: rising factorial', 'for (let t = 0; t < n; t++)', 'for (let t = 1; t < n; t++)'),
  dirichlet('the least likely strength', 'value > highest - 1e-9', 'value < highest - 1e-9'),
  perClass('sum instead of mean over classes', 'p / sizes[group]!', 'p'),
  posterior('one-sided interval', 'betaQuantile((1 - level) / 2, a, b)', 'betaQuantile(1 - level, a, b)'),
  posterior('Beta parameters swapped', 'const [a, b] = [', 'const [b, a] = ['),

  loss('no correction', 'batch.corrected[i] !== 0 ? correction', 'batch.corrected[i] === 2 ? correction'),
  loss('every row corrected', 'batch.corrected[i] !== 0 ? correction', 'true ? correction'),
  loss('importance weight left out', 'weight *= importanceWeight', 'void importanceWeight'),
  loss("a row's answer of another row", '.byteOffset + 4 * label * units', '.byteOffset'),
  loss('backward rows lose their gradient', 'labels[i] = -1;', ''),
  likelihood(
    'T transposed',
    'rowOf(at % classes) * columns + Math.floor(at / classes)',
    'Math.floor(at / classes) * columns + rowOf(at % classes)',
  ),
  likelihood("a group's row for another class", 'tiedTo[j]! : j);', '0 : j);'),
  correctedRows('importance upside down', 'return right / answered;', 'return answered / right;'),
  correctedRows('backward: sign of the loss', 'loss -= answerWeight * target', 'loss += answerWeight * target'),
  correctedRows('backward: sign of the pull', '(total - pull[group]!)', '(total + pull[group]!)'),
  answersOf('the oracle learns its tables', '|| this.counted) return this.counted', ') return undefined'),
  answersOf('the oracle sees answers that were not bought', 'if (!given.has(i)) ', 'if (i < 0) '),
  fitting(
    'the oracle takes images for rows',
    '...this.recorded(images) }',
    '...this.recorded(images.map((_, row) => row)) }',
  ),
  recordedAnswers('the oracle counts answers that were not asked for', "question === 'coarse' || !fine", '!fine'),
  corrections('backward: T inverted without its mixture', '1 - share).add', '1).add'),
  corrections('weighed T without its denominator', 'products.map((p) => p / total)', 'products'),
  examples(
    'class balance upside down',
    'labels.length / (counts.size * counts.get(label)!)',
    'counts.get(label)! / labels.length',
  ),
  examples('weak rows mistaken for full ones', 'row: first + i', 'row: i'),
  calibration('Newton steps downhill', '+ length * direction[f]!', '- length * direction[f]!'),
  calibration('a weight leaves its range', 'Math.min(most, Math.max(least, w', 'Math.min(1e9, Math.max(-1e9, w'),
  calibration('curvature without the mean', '(mean - means[f]! * means[g]!) / n', 'mean / -n'),
  discriminants('shrinkage upside down', '(1 - shrinkage) * value', 'shrinkage * value'),
  discriminants('the bias forgotten', 'bias[k] = -square / 2;', 'bias[k] = 0;'),
  discriminants('scatter around nothing', 'products[at]! - one.data[at]! - two.data[at]!', 'products[at]!'),
  factor('halves joined with the wrong sign', '= -left.data', '= left.data'),
  factor('what the upper half explains stays', 'lower.data[at]! -= explained', 'lower.data[at]! += explained'),
  factor('no least pivot', 'Math.sqrt(Math.max(L[k * D + k]!, least))', 'Math.sqrt(L[k * D + k]!)'),
  space('rows are not centred', '(value - mean[at % x.columns]!) / scale', 'value / scale'),
  space(
    'every pool has its own scale but the pool',
    'return { apply, pool: await apply(pool) }',
    'return { apply, pool }',
  ),
  nearestMeans('means of different lengths', 'return unitRows(means);', 'return means;'),
  nearestMeans('rows are judged by themselves', '=> i < from || i >= to)', '=> i >= 0 || to < 0)'),
  saidOf('a class forgets its group', 'CLASS_STRENGTH * prior) / total', 'CLASS_STRENGTH / width) / total'),
  saidOf('a group forgets all others', '(n + GROUP_STRENGTH * prior)', '(n + GROUP_STRENGTH)'),
  saidOf('the group counts as if no class had been named', 'given < 0 ? undefined', 'given < 1e9 ? undefined'),
  readOff('the share upside down', '(own) => ofRead + (1 - s) * own', '(own) => ((1 - s) / s) * ofRead + s * own'),
  information(
    'a class and a group named together are added up',
    "weightOf.get('coarse') !== 0",
    "weightOf.get('coarse') === 0",
  ),
  information('a group does not depend on the class named', 'readOff.given(f, c)', 'readOff.given(0, c)'),
  annotatorPlus('an answer at any price', 'told[i]! > least', 'told[i]! > 0'),
  annotatorPlus('teaching falls with what is not told', '(1 / TAUGHT)', 'TAUGHT'),
  annotatorPlus('all the money for answers', 'SHARE * (full + weak + purse.left) - weak', 'purse.left'),
  annotatorPlus('what the answers cost is forgotten', 'purse.left) - weak)', 'purse.left))'),
  annotatorPlus('answers in the order of the pool', '.permutation(rows.length)', '.permutation(rows.length).sort()'),
  emRounds('answers lead nowhere', 'run.answered && iterations > 0', 'run.answered && iterations < 0'),
  emRounds('answers lead where there are none', 'run.answered && ', ''),
  emRounds('the classes do not start over', '    run.startOver();\n', ''),
  emRounds('the shrinkage is chosen before answers have led', ' && !(answersLead && round === 0)', ''),
  emRounds('leading rounds at the least shrinkage of the means', 'Math.max(...shrinkages', 'Math.min(...shrinkages'),
  em(
    'starting over forgets the answers',
    '      answers,\n    }));',
    '      answers: this.fromLabels[chain]!.answers,\n    }));',
  ),
  roots('no root', 'Math.sqrt(Math.max(0, from[j]!) / (sum || 1))', 'Math.max(0, from[j]!) / (sum || 1)'),
  roots('roots of the values, not of the shares', '(sum || 1)', '1'),
  roots('negative features, too', 'value >= 0', 'value >= -1'),
  roots('what the model knows of answers is lost', '...(information && { information }),', ''),
  roots('images asked of are seen as they are', 'model.predict(rootsOf(features))', 'model.predict(features)'),
  em('a chain sees its own fold', 'all.filter((g) => g !== f)', 'all.filter((g) => g !== f || g === 0)'),
  em('labelled images teach as unlabelled ones, too', '(i) => labelled.has(i),', '() => false,'),
  em('the pool counts as much as labels', '[poolWeight, {', '[1, {'),
  weighting('no sharpening of features', 'alone : by.features', 'alone : 1'),
  weighting('answers are not raised', 'by.answers * weight', 'weight'),
  judge('an image without an answer is judged as one with it', '{ alone } = weights', 'alone = 1'),
];
